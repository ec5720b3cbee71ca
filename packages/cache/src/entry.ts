import type { Milliseconds } from '@spark-perf/core';

/** A cached value as the levels outside this process keep it. */
export interface Entry {
  readonly value: unknown;
  /** Wall time of its making. */
  readonly created: Milliseconds;
  /** Wall time from which on it is stale. */
  readonly soft: Milliseconds;
  /** How long after `soft` it may still be given out while somebody refreshes it. */
  readonly grace: Milliseconds;
  /** The tags that invalidate it, the namespace's epochs among them. */
  readonly tags: readonly string[];
  /** The shared version clock when its making began: a tag whose version is higher invalidates it. */
  readonly start: number;
  /** What its level knows it by; 0 where there is no shared level. */
  readonly generation: number;
  /** The value as the serializer has written it, where that has been done. */
  readonly text?: string | undefined;
}
