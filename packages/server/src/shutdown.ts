import type { Server } from 'node:http';
import type { Clock, Milliseconds } from '@spark-perf/core';
import { every, withDeadline } from '@spark-perf/core';
import { CloseTimeoutError } from './errors.js';

/** How often connections that have become idle are looked for while requests in flight are waited for. */
const IDLE_CHECK: Milliseconds = 20;

/**
 * Stops accepting connections and waits until every request in flight is answered; what is left after `timeout` is
 * destroyed. Does nothing when the server is not listening.
 */
export async function closeServer(server: Server, clock: Clock, timeout: Milliseconds): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // `close` looks for idle connections only once; those that answer later would be kept for `keepAliveTimeout`.
  const check = every(clock, IDLE_CHECK, () => server.closeIdleConnections());
  const deadline = clock.setTimeout(() => server.closeAllConnections(), timeout, { ref: true });
  await closed;
  check.cancel();
  deadline.cancel();
}

/** Calls one after the other, each with a deadline; gives the errors of those that failed. */
export async function callEach(
  what: string,
  handlers: Iterable<() => unknown>,
  clock: Clock,
  timeout: Milliseconds,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const handler of handlers) {
    try {
      const work = Promise.resolve(handler());
      await withDeadline(clock, work, timeout, { onTimeout: () => new CloseTimeoutError(what, timeout) });
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}
