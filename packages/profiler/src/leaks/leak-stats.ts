import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { AllocationSite } from './allocation-sites.js';
import type { GrowingConstructor } from './growing-constructors.js';
import type { GrowthEvidence } from './growth-test.js';
import type { MemoryReading } from './memory-source.js';
import type { Verdict } from './verdict-state.js';

/** One look. */
export interface MemorySample extends MemoryReading {
  /** Since the Unix epoch. */
  readonly timestamp: Milliseconds;
  /** The heap that the last major collection left; `null` when none ran since the look before. */
  readonly liveHeap: Bytes | null;
}

/** Where the heap is heading, over the last five looks. A direction is no verdict. */
export interface MemoryTrend {
  readonly direction: 'increasing' | 'decreasing';
  /** Bytes per look. */
  readonly rate: number;
}

/** What a verdict rests on. */
export interface LeakEvidence {
  /** One sentence. */
  readonly reason: string;
  /** Major collections since `start`. */
  readonly majorGcs: number;
  /** Live bytes of the heap, external memory and resident memory; `null` before anything could be judged. */
  readonly heap: GrowthEvidence | null;
  readonly external: GrowthEvidence | null;
  readonly rss: GrowthEvidence | null;
  /** Classes with more instances than at the baseline, where `constructors` were given. */
  readonly growingConstructors: readonly GrowingConstructor[];
  /** Where what stays alive is allocated, where `allocationSites` is on. */
  readonly allocationSites: readonly AllocationSite[];
}

/** What `getStats` tells. */
export interface MemoryLeakStats {
  readonly current: MemoryReading;
  /** Memory when the gates had been passed; `null` before. */
  readonly baseline: MemoryReading | null;
  /** Since the baseline. */
  readonly growth: { readonly heap: Bytes; readonly external: Bytes; readonly rss: Bytes } | null;
  readonly trend: MemoryTrend | null;
  readonly samples: readonly MemorySample[];
  readonly verdict: Verdict;
  /** How long it has stood. */
  readonly verdictAge: Milliseconds;
  readonly evidence: LeakEvidence;
}
