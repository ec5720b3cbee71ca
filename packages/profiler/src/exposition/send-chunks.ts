import type { Clock, Context } from '@spark-perf/core';
import { drained } from '../drained.js';

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
