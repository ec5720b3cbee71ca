import type { Context } from '@spark-perf/core';
import type { HeadFields } from './head-fields.js';
import { headField } from './head-fields.js';

const LONG_LIVED = Symbol.for('@spark-perf/profiler/long-lived');

const STREAMS = /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\s*(?:;|$)/i;

/** The length of the shorter of the two. */
const SHORTEST = 17;
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
  const given = fields === undefined ? undefined : headField(fields, 'content-type');
  const type = given ?? ctx.res.getHeader('content-type');
  return typeof type === 'string' && mayStream(type) && STREAMS.test(type);
}

/** Tells nearly every other type apart without a pattern: by what follows the slash, an `e` or an `x`. */
function mayStream(type: string): boolean {
  const subtype = type.charCodeAt(type.indexOf('/') + 1) | LOWER;
  return type.length >= SHORTEST && (subtype === E || subtype === X);
}

export function isMarked(ctx: Context): boolean {
  return (ctx.res as MarkedResponse)[LONG_LIVED] === true;
}
