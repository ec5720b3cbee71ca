import { InvalidOptionError, isClosable } from '@spark-perf/core';

/** What cleans a resource; may return a promise. */
export type Cleanup<T> = (resource: T) => unknown;

interface Disposer {
  [Symbol.asyncDispose]?: () => PromiseLike<void>;
  [Symbol.dispose]?: () => void;
}

/**
 * The cleanup of a resource: the given one, else its `Symbol.asyncDispose`, `close()` or `Symbol.dispose`.
 * `asyncDispose` first, because a `close` of others (such as Node's servers) may return before it is done.
 *
 * @throws InvalidOptionError when there is none.
 */
export function cleanupOf<T>(resource: T, cleanup: Cleanup<T> | undefined): () => unknown {
  if (cleanup !== undefined) {
    if (typeof cleanup !== 'function') throw new InvalidOptionError('cleanup', 'a function', cleanup);
    return () => cleanup(resource);
  }
  const disposer = resource as Disposer | null | undefined;
  if (typeof disposer?.[Symbol.asyncDispose] === 'function') return () => disposer[Symbol.asyncDispose]?.();
  if (isClosable(resource)) return () => resource.close();
  if (typeof disposer?.[Symbol.dispose] === 'function') return () => disposer[Symbol.dispose]?.();
  throw new InvalidOptionError('cleanup', 'given for a resource without close()', cleanup);
}
