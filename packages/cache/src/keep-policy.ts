import type { Clock, Milliseconds, Random, Ratio } from '@spark-perf/core';
import type { Entry } from './entry.js';
import type { CopiedValue } from './values/copy-value.js';

/** How one value is kept, all options resolved; tags as the levels know them. */
export interface KeepPolicy {
  readonly ttl: Milliseconds;
  readonly grace: Milliseconds;
  readonly tags: readonly string[];
  readonly size: number | undefined;
}

/** A new entry by a policy; of its `ttl` chance takes off up to a share of `ttlJitter`. */
export function makeEntry(
  { value, text }: CopiedValue,
  { ttl, grace, tags }: KeepPolicy,
  start: number,
  { clock, ttlJitter, random }: { readonly clock: Clock; readonly ttlJitter: Ratio; readonly random: Random },
): Entry {
  const created = clock.wallNow();
  const soft = created + (ttlJitter > 0 ? ttl * (1 - ttlJitter * random()) : ttl);
  return { value, created, soft, grace, tags, start, generation: 0, text };
}
