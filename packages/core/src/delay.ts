import type { Clock } from './clock.js';
import type { Milliseconds } from './units.js';

export interface DelayOptions {
  /** Ends the wait early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the wait keeps the process alive. @default true */
  readonly ref?: boolean | undefined;
}

/** Resolves after `ms`. */
export function delay(clock: Clock, ms: Milliseconds, options: DelayOptions = {}): Promise<void> {
  const { signal, ref = true } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    const timer = clock.setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      ms,
      { ref },
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
