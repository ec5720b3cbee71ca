import type { Clock, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import type { WarmPattern } from './cache-warmer-options.js';

export interface WarmKeysOptions {
  readonly clock: Clock;
  readonly keysTimeout: Milliseconds;
  readonly signal: AbortSignal;
}

/** The keys of a pattern, one after the other. A generator that hangs is given up, and so it is when `signal` aborts. */
export async function* warmKeys(
  { key, keyGenerator }: WarmPattern,
  { clock, keysTimeout, signal }: WarmKeysOptions,
): AsyncGenerator<string, void, undefined> {
  if (keyGenerator === undefined) {
    yield key!;
    return;
  }
  const onTimeout = (): Error => new Error(`keyGenerator gave nothing within ${keysTimeout} ms`);
  const wait = <T>(promise: T | PromiseLike<T>): Promise<T> =>
    withDeadline(clock, Promise.resolve(promise), keysTimeout, { onTimeout, signal });
  const keys = await wait(keyGenerator());
  if (!(Symbol.asyncIterator in keys)) {
    yield* keys;
    return;
  }
  const iterator = keys[Symbol.asyncIterator]();
  let done: boolean | undefined = false;
  try {
    for (;;) {
      const next = await wait(iterator.next());
      if ((done = next.done)) return;
      yield next.value;
    }
  } finally {
    // Not waited for: one that hangs never ends.
    if (done !== true) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
