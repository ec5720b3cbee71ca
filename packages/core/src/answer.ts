import type { Context } from './context.js';

/**
 * Answers at the level of `res`, so that it works on every host and keeps the response fields set there. Does
 * nothing when the response has begun. Returns whether it answered.
 */
export function answer(ctx: Context, status: number, contentType: string, body: string | Buffer): boolean {
  const { res } = ctx;
  if (ctx.responded || res.headersSent || res.writableEnded || res.destroyed) return false;
  ctx.statusCode = status;
  ctx.responded = true;
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(ctx.method === 'HEAD' ? undefined : body);
  return true;
}
