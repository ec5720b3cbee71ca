import type { Socket } from 'node:net';
import type { TrackedRequest } from './tracked-request.js';

/**
 * 0 for a request that succeeded or was its client's mistake, else the 5xx that it amounts to. The status sent is
 * not enough: a handler may fail after its head is out, and a host may note the failure on the context only.
 */
export function failureOf(request: TrackedRequest, delivered: boolean): number {
  const { ctx } = request;
  const sent = ctx.res.statusCode;
  if (sent >= 500) return sent;
  if (ctx.statusCode >= 500) return ctx.statusCode;
  if (!request.threw) return !delivered && isTornOff(ctx.req.socket) ? 500 : 0;
  const { status, statusCode } = (request.error ?? {}) as { status?: unknown; statusCode?: unknown };
  // A thrown 404 that was answered as such is the client's mistake.
  const own = typeof status === 'number' ? status : statusCode;
  return typeof own === 'number' && own < 500 && own === sent ? 0 : 500;
}

/**
 * Whether this side ended the connection: the other one's leaving is read as an end or an error first. It is what a
 * host does with a response whose handler failed after its head was out.
 */
function isTornOff(socket: Socket): boolean {
  return socket.destroyed && !socket.readableEnded && !socket.errored;
}
