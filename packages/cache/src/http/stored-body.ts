import type { RawHeader } from '@spark-perf/core';
import { fieldOf, without } from './header-list.js';
import { formatHttpDate } from './http-date.js';
import type { StorableHead } from './store-decision.js';
import { endToEnd } from './store-decision.js';
import type { StoredResponse } from './stored-response.js';
import { makeEtag } from './validators.js';

const LENGTH = new Set(['content-length']);

/** The kept response: its head, its bytes, and the fields that were left to Node or to us. */
export function completeResponse(
  head: StorableHead,
  body: Buffer,
  etag: 'weak' | 'strong' | false,
): StoredResponse {
  const { vary: _vary, own: _own, ...rest } = head;
  const headers: RawHeader[] = without(head.headers, LENGTH);
  if (head.status !== 204) headers.push(['Content-Length', String(body.length)]);
  if (fieldOf(headers, 'date') === undefined) headers.push(['Date', formatHttpDate(head.time)]);
  if (etag !== false && head.status === 200 && fieldOf(headers, 'etag') === undefined)
    headers.push(['ETag', makeEtag(body, etag)]);
  return { kind: 'response', ...rest, headers, body: unshared(body) };
}

/** Short buffers lie in a slab with others, which one kept slice would keep alive. */
function unshared(body: Buffer): Buffer {
  if (body.buffer.byteLength === body.length) return body;
  const own = Buffer.allocUnsafeSlow(body.length);
  body.copy(own);
  return own;
}

/** An answer, and fields that only the client gets who has asked. */
export interface PersonalAnswer {
  readonly answer: StoredResponse;
  readonly own: readonly RawHeader[];
}

/** What tells of the body, which a 304 has none of. */
const OF_BODY = new Set([
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'transfer-encoding',
]);

/**
 * The kept response after the origin has confirmed it with 304 (RFC 9111, section 3.2): the fields of the 304 replace
 * those kept, but for what tells of the body.
 */
export function freshenResponse(stored: StoredResponse, head: StorableHead): StoredResponse {
  const updates = without(head.headers, OF_BODY);
  const names = new Set(updates.map(([name]) => name.toLowerCase()));
  const headers: RawHeader[] = [...without(stored.headers, new Set([...names, 'date'])), ...updates];
  if (!names.has('date')) headers.push(['Date', formatHttpDate(head.time)]);
  const {
    vary: _vary,
    own: _own,
    status: _status,
    statusMessage: _message,
    headers: _headers,
    ...times
  } = head;
  return { ...stored, ...times, headers };
}

/** The answer for one client where the fields of the 304 are not to be kept. Its cookies are no part of the answer. */
export function confirmedResponse(stored: StoredResponse, fields: readonly RawHeader[]): PersonalAnswer {
  const updates = without(endToEnd(fields), OF_BODY);
  const own = updates.filter(([name]) => name.toLowerCase() === 'set-cookie');
  const names = new Set(updates.map(([name]) => name.toLowerCase()));
  const headers = [...without(stored.headers, names), ...without(updates, new Set(['set-cookie']))];
  return { answer: { ...stored, headers }, own };
}
