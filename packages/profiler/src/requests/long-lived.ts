import type { Context } from '@spark-perf/core';

const LONG_LIVED = Symbol.for('@spark-perf/profiler/long-lived');

const STREAMS = /^\s*(?:text\/event-stream|multipart\/x-mixed-replace)\s*(?:;|$)/i;

type MarkedResponse = Context['res'] & { [LONG_LIVED]?: true };

/** Tells the profiler that this answer takes its time by intent (a long poll): it is counted in `longLived` only. */
export function markLongLived(ctx: Context): void {
  (ctx.res as MarkedResponse)[LONG_LIVED] = true;
}

/** Whether the head about to go out begins an event stream, a multipart stream or an upgrade, or was marked. */
export function isLongLived(ctx: Context, contentType: string | undefined): boolean {
  if (ctx.res.statusCode === 101 || isMarked(ctx)) return true;
  const type = contentType ?? ctx.res.getHeader('content-type');
  // The shorter of the two has 17 characters; JSON and plain text are told apart without a pattern.
  return typeof type === 'string' && type.length >= 17 && STREAMS.test(type);
}

export function isMarked(ctx: Context): boolean {
  return (ctx.res as MarkedResponse)[LONG_LIVED] === true;
}
