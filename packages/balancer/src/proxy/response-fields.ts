import { nominatedFields } from './nominated-fields.js';

/** The fields of an answer for the client, and what they say about the body. */
export interface ResponseFields {
  readonly raw: string[];
  /** −1: unknown. */
  readonly contentLength: number;
  readonly trailers: boolean;
}

/**
 * Takes off what belongs to the server's connection. Undefined when the framing can't be relayed (a transfer coding
 * other than chunked, several lengths), or a value was folded or holds a control character.
 *
 * @param status of the answer
 * @param chunked whether trailers can be sent on: the client speaks HTTP/1.1
 */
export function responseFields(
  rawHeaders: readonly string[],
  status: number,
  chunked: boolean,
  via: string | undefined,
): ResponseFields | undefined {
  let nominated: ReadonlySet<string> | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    const more = nominatedFields(rawHeaders[i + 1]!);
    if (more !== undefined) nominated = nominated === undefined ? more : new Set([...nominated, ...more]);
  }
  const raw: string[] = [];
  let contentLength = -1;
  let trailer: string[] | undefined;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const value = rawHeaders[i + 1]!;
    if (hasControl(value)) return undefined;
    switch (name.length) {
      case 7:
      case 10:
      case 14:
      case 16:
      case 17:
        break;
      default:
        if (nominated?.has(name.toLowerCase()) !== true) raw.push(name, value);
        continue;
    }
    switch (name.toLowerCase()) {
      case 'connection':
      case 'keep-alive':
      case 'upgrade':
      case 'proxy-connection':
        continue;
      case 'transfer-encoding':
        if (value.toLowerCase() !== 'chunked') return undefined;
        continue;
      case 'trailer':
        (trailer ??= []).push(name, value);
        continue;
      case 'content-length':
        if (contentLength !== -1 || !/^\d+$/.test(value)) return undefined;
        contentLength = Number(value);
        if (status < 200 || status === 204) continue;
        break;
      default:
        if (nominated?.has(name.toLowerCase()) === true) continue;
    }
    raw.push(name, value);
  }
  const trailers = chunked && contentLength === -1;
  if (trailers && trailer !== undefined) raw.push(...trailer);
  if (via !== undefined) raw.push('Via', `1.1 ${via}`);
  return { raw, contentLength, trailers };
}

/** A folded line, or anything that could start a new one. Tab is allowed. */
function hasControl(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 && code !== 9) return true;
  }
  return false;
}
