import type { Milliseconds } from '@spark-perf/core';
import type { LevelName } from './events.js';

/** What `lookup` finds; tells a cached `null` or `undefined` from a miss. */
export type LookupResult<T = unknown> =
  | {
      readonly hit: true;
      readonly value: T;
      readonly level: LevelName;
      /** Time since its making. */
      readonly age: Milliseconds;
      /** Whether it is past its `ttl` and lives on its `grace`. */
      readonly stale: boolean;
    }
  | { readonly hit: false };
