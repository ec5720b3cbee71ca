import { parse as parseQuery } from 'node:querystring';
import { BodyTooLargeError, MalformedBodyError, PrototypeKeyError, UnsupportedBodyError } from '../errors.js';
import { hasPrototypeKey, isPrototypeFieldName } from './prototype-keys.js';

/** Most fields of a form; as many as Node's own parser reads by default. */
const MAX_FIELDS = 1_000;

const CHARSETS: Readonly<Record<string, BufferEncoding>> = Object.freeze({
  'utf-8': 'utf8',
  utf8: 'utf8',
  'us-ascii': 'latin1',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
  'utf-16le': 'utf16le',
});

/** A body as its media type says: an object, a text, or the bytes themselves. */
export function parseBody(bytes: Buffer, mediaType: string, contentType: string | undefined): unknown {
  if (mediaType === 'application/json' || mediaType.endsWith('+json'))
    return parseJson(text(bytes, contentType));
  if (mediaType === 'application/x-www-form-urlencoded') return parseForm(text(bytes, contentType));
  if (mediaType.startsWith('text/')) return text(bytes, contentType);
  return bytes;
}

function text(bytes: Buffer, contentType: string | undefined): string {
  const name = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  const encoding = Object.hasOwn(CHARSETS, name) ? CHARSETS[name] : undefined;
  if (encoding === undefined) throw new UnsupportedBodyError('The charset is not supported');
  const decoded = bytes.toString(encoding);
  return decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded; // byte order mark
}

function parseJson(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    // The parser's own words quote the body.
    throw new MalformedBodyError('The body is not valid JSON', { cause: error });
  }
  if (hasPrototypeKey(json, value)) throw new PrototypeKeyError();
  return value;
}

function parseForm(form: string): unknown {
  let fields = form === '' ? 0 : 1;
  for (let at = form.indexOf('&'); at !== -1; at = form.indexOf('&', at + 1)) {
    if (++fields > MAX_FIELDS) throw new BodyTooLargeError(MAX_FIELDS, 'fields');
  }
  const values = parseQuery(form, undefined, undefined, { maxKeys: 0 });
  if (Object.keys(values).some(isPrototypeFieldName)) throw new PrototypeKeyError();
  return values;
}
