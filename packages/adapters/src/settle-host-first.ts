import type { Middleware } from '@spark-perf/core';
import { deferred } from './deferred.js';
import type { HostContext } from './host-context.js';

/**
 * Runs ours around the rest of a host that sends only when its own chain has settled. The returned promise is the host's:
 * it settles as soon as the rest is done, and ours go on until the response is over. Where the rest has failed, ours see
 * the error first, and what they make of it is the host's. What comes when the host has settled goes to `onLateError`.
 */
export function settleHostFirst(
  run: Middleware,
  ctx: HostContext,
  rest: () => Promise<unknown>,
  onLateError: (error: unknown) => void,
): Promise<void> {
  const host = deferred<void>();
  let hostSettled = false;
  let called = false;
  let restFailed = false;
  let oursOver = false;
  const settle = (): void => {
    hostSettled = true;
    host.resolve();
  };
  const fail = (error: unknown): void => {
    if (hostSettled) return onLateError(error);
    hostSettled = true;
    host.reject(error);
  };
  const proceed = async (): Promise<void> => {
    called = true;
    try {
      await rest();
    } catch (error) {
      restFailed = true;
      // Ours did not wait for it: nobody else would tell the host.
      if (oursOver) fail(error);
      throw error;
    }
    settle();
    await new Promise<void>((resolve) => ctx.over.tell(resolve));
  };
  const next = (): Promise<void> => {
    const over = proceed();
    over.catch(ignore); // ours may not wait for it
    return over;
  };
  Promise.resolve(run(ctx, next)).then(
    () => {
      oursOver = true;
      // Answered without the rest, or the rest's error was dealt with; else the rest is still to come.
      if (!called || restFailed || ctx.res.headersSent || ctx.res.writableEnded) settle();
    },
    (error: unknown) => {
      oursOver = true;
      fail(error);
    },
  );
  return host.promise;
}

const ignore = (): void => {};
