import type { Context, Middleware } from '@spark-perf/core';
import { deferred } from './deferred.js';
import { responseClosed } from './response-closed.js';

/**
 * Runs ours around the rest of a host that sends only when its own chain has settled. The returned promise is the host's:
 * it settles as soon as the rest is done, and ours go on until the response is over. Where the rest has failed, ours see
 * the error first, and what they make of it is the host's.
 */
export async function settleHostFirst(
  run: Middleware,
  ctx: Context,
  rest: () => Promise<unknown>,
  onLateError: (error: unknown) => void,
): Promise<void> {
  const host = deferred<void>();
  let calls = 0;
  let restState: 'running' | 'done' | 'failed' = 'running';
  let oursOver = false;
  const next = async (): Promise<void> => {
    calls++;
    try {
      await rest();
    } catch (error) {
      restState = 'failed';
      // Ours did not wait for it: nobody else would tell the host.
      if (oursOver) host.reject(error);
      throw error;
    }
    restState = 'done';
    host.resolve();
    await responseClosed(ctx.res);
  };
  Promise.resolve(run(ctx, next)).then(
    () => {
      oursOver = true;
      // Answered without the rest, or the rest's error was dealt with; else the rest is still to come.
      if (calls === 0 || restState === 'failed' || ctx.res.headersSent || ctx.res.writableEnded)
        host.resolve();
    },
    (error: unknown) => {
      oursOver = true;
      if (restState === 'done') onLateError(error);
      else host.reject(error);
    },
  );
  await host.promise;
}
