import type { Milliseconds } from '@spark-perf/core';
import type { Fetcher } from '../entry-options.js';
import type { KeySpace } from '../keys/key-space.js';

/** What one fetch is to do, all options resolved. */
export interface FlightPlan {
  readonly space: KeySpace;
  /** As the user gave it. */
  readonly name: string;
  /** As the levels know it. */
  readonly key: string;
  readonly fetcher: Fetcher<unknown>;
  readonly ttl: Milliseconds;
  readonly grace: Milliseconds;
  /** Epochs and tags, as the levels know them. */
  readonly tags: readonly string[];
  readonly size: number | undefined;
  readonly hardTimeout: Milliseconds;
  readonly negativeTTL: Milliseconds;
  readonly distributed: boolean;
  /** Whether to fetch even where an entry is fresh. */
  readonly force: boolean;
}
