import type { Clock } from './clock.js';
import type { Milliseconds } from './units.js';

export interface DeadlineOptions<T> {
  /** Makes the error of a deadline that passed. */
  readonly onTimeout: () => Error;
  /** Gets a value that came after the deadline or the abort, so that it can be released. */
  readonly onLate?: ((value: T) => void) | undefined;
  /** Ends the wait early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the deadline keeps the process alive. @default true */
  readonly ref?: boolean | undefined;
}

/**
 * Waits for `promise` at most `ms` (`Infinity`: no deadline). A later rejection is swallowed, a later value goes
 * to `onLate`.
 */
export function withDeadline<T>(
  clock: Clock,
  promise: PromiseLike<T>,
  ms: Milliseconds,
  options: DeadlineOptions<T>,
): Promise<T> {
  const { onTimeout, onLate, signal, ref = true } = options;
  return new Promise<T>((resolve, reject) => {
    let settled = false;
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      timer?.cancel();
      signal?.removeEventListener('abort', onAbort);
      return true;
    };
    const onAbort = (): void => {
      if (settle()) reject(signal?.reason as Error);
    };
    const timer =
      ms === Infinity
        ? undefined
        : clock.setTimeout(
            () => {
              if (settle()) reject(onTimeout());
            },
            ms,
            { ref },
          );
    promise.then(
      (value) => {
        if (settle()) resolve(value);
        else onLate?.(value);
      },
      (error: unknown) => {
        if (settle()) reject(error);
      },
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
