import type { CacheCore } from './cache-core.js';
import type { CopiedValue } from './values/copy-value.js';

/**
 * What is kept of a caller's value. Written down at once where there are levels outside this process: what can't be
 * written must be the caller's error, not that of a level, and what is written is the value at the time of the call.
 * @throws UnserializableError, or what the serializer throws
 */
export function admitValue({ isolation, outer, options }: CacheCore, value: unknown): CopiedValue {
  const copied = isolation.admit(value);
  if (outer.l2 === undefined && outer.l3 === undefined) return copied;
  return { ...copied, text: options.serializer.serialize(copied.value) };
}
