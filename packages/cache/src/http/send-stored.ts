import type { Context, Milliseconds, RawHeader } from '@spark-perf/core';
import { currentAge } from './freshness.js';
import { parseRange } from './ranges.js';
import { groupFields, storedFields, wholeFields } from './stored-fields.js';
import type { StoredResponse } from './stored-response.js';
import { isNotModified, rangeApplies } from './validators.js';

/** What a client is told of the way of its answer. */
export interface CacheVerdict {
  readonly xCache: 'HIT' | 'STALE' | 'MISS';
  /** The value of `Cache-Status`. */
  readonly cacheStatus: string;
}

/** Fields that a 304 carries (RFC 9110, section 15.4.5). */
const WITH_304 = new Set([
  'cache-control',
  'content-location',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
]);
const BODY_FIELDS = new Set(['content-length', 'content-range']);

/**
 * Answers with a kept response: 304 or 206 where the client asks for it, the head alone for HEAD. `own`: fields that only
 * this client gets.
 */
export function sendStored(
  ctx: Context,
  stored: StoredResponse,
  verdict: CacheVerdict,
  now: Milliseconds,
  own: readonly RawHeader[] = [],
): void {
  const { headers } = ctx;
  const age = String(Math.floor(currentAge(stored, now) / 1_000));
  const extra = ['Age', age, 'X-Cache', verdict.xCache, 'Cache-Status', verdict.cacheStatus, ...own.flat()];
  if (isNotModified(headers, stored)) {
    const fields = storedFields(stored, (name) => WITH_304.has(name));
    send(ctx, 304, undefined, [...fields, ...extra], undefined);
    return;
  }
  const { body } = stored;
  if (
    headers.range !== undefined &&
    ctx.method === 'GET' &&
    stored.status === 200 &&
    rangeApplies(headers, stored)
  ) {
    const range = parseRange(headers.range, body.length);
    if (range === 'unsatisfiable') {
      const fields = ['Content-Range', `bytes */${body.length}`, 'Content-Length', '0'];
      send(ctx, 416, undefined, [...fields, ...extra], undefined);
      return;
    }
    if (range !== undefined) {
      const part = body.subarray(range.start, range.end + 1);
      const fields = storedFields(stored, (name) => !BODY_FIELDS.has(name));
      fields.push('Content-Range', `bytes ${range.start}-${range.end}/${body.length}`);
      fields.push('Content-Length', String(part.length));
      send(ctx, 206, undefined, [...fields, ...extra], part);
      return;
    }
  }
  const fields = [...wholeFields(stored), ...extra];
  const sent = ctx.method === 'HEAD' ? undefined : body;
  send(ctx, stored.status, stored.statusMessage, fields, sent);
}

function send(
  ctx: Context,
  status: number,
  message: string | undefined,
  fields: readonly string[],
  body: Buffer | undefined,
): void {
  const { res } = ctx;
  ctx.statusCode = status;
  ctx.responded = true;
  res.statusCode = status;
  if (message !== undefined) res.statusMessage = message;
  for (const { name, value } of groupFields(fields)) res.setHeader(name, value);
  res.end(body);
}
