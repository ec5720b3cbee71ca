import type { Context } from '@spark-perf/core';
import type { IncomingMessage } from 'node:http';
import type { TrackedRequest } from './tracked-request.js';

/**
 * Counts the body of a request that does not tell its length, as the parser hands it over. Counting on the stream's
 * `data` would start it flowing; the connection's counter would bill one request for the next one's bytes.
 */
export function countChunkedBody(req: IncomingMessage, request: TrackedRequest): void {
  if (hasNoBody(req) || req.headers['transfer-encoding'] === undefined) return;
  const push = req.push.bind(req);
  req.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk instanceof Uint8Array) request.received += chunk.byteLength;
    return push(chunk, encoding);
  };
}

/** Node parses a request's fields when they are first asked for: not for our sake, where there is hardly ever a body. */
function hasNoBody({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The body's size as it was received, or as it was announced. */
export function requestBytes(ctx: Context, request: TrackedRequest): number {
  if (hasNoBody(ctx.req)) return 0;
  const announced = ctx.req.headers['content-length'];
  if (announced !== undefined) return Number(announced) || 0;
  return request.received > 0 ? request.received : (ctx.rawBody?.length ?? 0);
}
