import type { Context } from '@spark-perf/core';
import type { HeadFields } from './head-fields.js';
import { headField } from './head-fields.js';

const LONG_LIVED = Symbol.for('@spark-perf/profiler/long-lived');

const STREAMS = /^(?:text\/event-stream|multipart\/x-mixed-replace)\s*(?:;|$)/i;

/** Where the subtype begins, after `text/` and `multipart/`. */
const [TEXT, MULTIPART] = [5, 10];
const LOWER = 0x20;
const [E, X] = [0x65, 0x78];

type MarkedResponse = Context['res'] & { [LONG_LIVED]?: true };

/** Tells the profiler that this answer takes its time by intent (a long poll): it is counted in `longLived` only. */
export function markLongLived(ctx: Context): void {
  (ctx.res as MarkedResponse)[LONG_LIVED] = true;
}

/** Whether the head about to go out begins an event stream, a multipart stream or an upgrade, or was marked. */
export function isLongLived(ctx: Context, status: number, fields: HeadFields | undefined): boolean {
  if (status === 101 || isMarked(ctx)) return true;
  const given = fields === undefined ? undefined : headField(fields, 'Content-Type');
  const type = given ?? ctx.res.getHeader('content-type');
  return typeof type === 'string' && mayStream(type) && STREAMS.test(type);
}

/** Tells nearly every other type apart without a pattern: by the first letter of the subtype, an `e` or an `x`. */
function mayStream(type: string): boolean {
  return (type.charCodeAt(TEXT) | LOWER) === E || (type.charCodeAt(MULTIPART) | LOWER) === X;
}

export function isMarked(ctx: Context): boolean {
  return (ctx.res as MarkedResponse)[LONG_LIVED] === true;
}
