import type { IncomingMessage } from 'node:http';
import type { ForwardedMode } from './forwarded-fields.js';
import { appendForwarded } from './forwarded-fields.js';
import { nominatedFields } from './nominated-fields.js';

export interface RequestFieldRules {
  /** The server's name for itself; undefined keeps the client's. */
  readonly host: string | undefined;
  readonly forwarded: ForwardedMode;
  /** Whether the peer is a proxy whose word counts. */
  readonly trusted: boolean;
  /** The pseudonym in `Via`. */
  readonly via: string | undefined;
  /** The length of a body that is sent as bytes, whatever the client's framing was. */
  readonly length: number | undefined;
  /** Whether the body is no longer in the client's Content-Encoding. */
  readonly decoded: boolean;
  /** Whether trailers will follow the body. */
  readonly trailers: boolean;
}

/**
 * The fields that go to the server, from those that came: raw, in order, without what belongs to the client's
 * connection (RFC 9110, section 7.6.1).
 */
export function requestFields(req: IncomingMessage, rules: RequestFieldRules): string[] {
  const { rawHeaders, headers } = req;
  const { host, forwarded, via, length } = rules;
  const nominated = headers.connection === undefined ? undefined : nominatedFields(headers.connection);
  const out: string[] = ['Host', host ?? headers.host ?? ''];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    // Most names have a length that no special field has.
    if (isSpecialLength(name.length) || nominated !== undefined || isLongExtension(name)) {
      if (isDropped(name.toLowerCase(), rules, nominated)) continue;
    }
    out.push(name, rawHeaders[i + 1]!);
  }
  if (headers.te !== undefined && hasTrailers(String(headers.te))) out.push('TE', 'trailers');
  if (length !== undefined) out.push('Content-Length', String(length));
  if (via !== undefined) out.push('Via', `${req.httpVersion} ${via}`);
  appendForwarded(out, req, forwarded, rules.trusted);
  return out;
}

function isSpecialLength(length: number): boolean {
  switch (length) {
    case 2: // TE
    case 4: // Host
    case 6: // Expect
    case 7: // Upgrade, Trailer
    case 9: // Forwarded
    case 10: // Connection, Keep-Alive
    case 14: // Content-Length, HTTP2-Settings
    case 15: // X-Forwarded-For
    case 16: // Proxy-Connection, X-Forwarded-Host, Content-Encoding
    case 17: // Transfer-Encoding, X-Forwarded-Proto
      return true;
    default:
      return false;
  }
}

/** Longer fields that could be of the X-Forwarded family. */
const isLongExtension = (name: string): boolean =>
  name.length > 17 && (name.charCodeAt(0) | 0x20) === 0x78 && /^x[-_]f/i.test(name);

function isDropped(
  name: string,
  rules: RequestFieldRules,
  nominated: ReadonlySet<string> | undefined,
): boolean {
  switch (name) {
    case 'te':
    case 'host':
    case 'expect':
    case 'upgrade':
    case 'connection':
    case 'keep-alive':
    case 'http2-settings':
    case 'proxy-connection':
    case 'transfer-encoding':
      return true;
    case 'trailer':
      return !rules.trailers;
    case 'content-length':
      return rules.length !== undefined;
    case 'content-encoding':
      return rules.decoded;
    default:
      return nominated?.has(name) === true || (rules.forwarded !== false && isForeignWord(name, rules));
  }
}

/** Whether a field says of the client what only we may say: those we write, and all of an untrusted client. */
function isForeignWord(name: string, rules: RequestFieldRules): boolean {
  // CGI and WSGI know no difference between `_` and `-`.
  switch (name.includes('_') ? name.replaceAll('_', '-') : name) {
    case 'forwarded':
    case 'x-forwarded-for':
    case 'x-forwarded-host':
    case 'x-forwarded-proto':
      return !rules.trusted || name.includes('_') || writes(rules.forwarded, name);
    case 'x-real-ip':
      return !rules.trusted;
    default:
      return !rules.trusted && /^x[-_]forwarded[-_]/.test(name);
  }
}

const writes = (mode: ForwardedMode, name: string): boolean =>
  mode === 'both' || (mode === 'rfc7239') === (name === 'forwarded');

const hasTrailers = (te: string): boolean =>
  te.split(',').some((part) => part.trim().split(';')[0]?.toLowerCase() === 'trailers');
