import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for so long is let go. */
const STALLED: Milliseconds = 30_000;

/** Streams text to the client, at its pace. Stops making it when the client leaves or stalls. */
export async function sendChunks(
  ctx: Context,
  clock: Clock,
  contentType: string,
  chunks: AsyncIterable<string>,
): Promise<void> {
  const { res } = ctx;
  if (ctx.responded || res.headersSent || res.writableEnded || res.destroyed) return;
  ctx.statusCode = res.statusCode = 200;
  ctx.responded = true;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Vary', 'Accept');
  if (ctx.method === 'HEAD') {
    res.end();
    return;
  }
  for await (const chunk of chunks) {
    if (res.destroyed) return;
    if (!res.write(chunk) && !(await drained(res, clock))) return;
  }
  res.end();
}

async function drained(res: ServerResponse, clock: Clock): Promise<boolean> {
  const given = new AbortController();
  const { signal } = given;
  const ignored = (): undefined => undefined;
  const wait = Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })]);
  try {
    await withDeadline(clock, wait, STALLED, {
      onTimeout: () => new Error('The reader stalled'),
      ref: false,
    });
  } catch {
    res.destroy();
  } finally {
    wait.catch(ignored);
    given.abort();
  }
  return !res.destroyed;
}
