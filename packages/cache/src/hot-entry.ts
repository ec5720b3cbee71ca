import type { Milliseconds } from '@spark-perf/core';

/** What an entry of the first level needs beyond the ordinary: most have none of it, and cost nothing for it. */
export interface HotExtra {
  /** Monotonic time from which on it is stale. */
  readonly softUntil: Milliseconds;
  /** Monotonic time of its making, in whichever process. */
  readonly created: Milliseconds;
  /** Its tags and the epochs of its namespace, without the root's. */
  readonly tags: readonly string[];
  /** The moment from which on an invalidation of a tag concerns it. */
  readonly seq: number;
  /** Whether its value must be copied for each who gets it. */
  readonly mutable: boolean;
}

/** All about an entry but its value. Ordinary entries share one, so that each costs two fields. */
export interface HotMeta {
  /** When messages may have been lost, this falls behind, and the entry is verified before use. */
  readonly stamp: number;
  readonly extra: HotExtra | undefined;
}

/** An entry of the first level. */
export interface HotEntry {
  readonly value: unknown;
  readonly meta: HotMeta;
}
