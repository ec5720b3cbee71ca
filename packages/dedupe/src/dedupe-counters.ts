import type { Emitter, MetricFamily } from '@spark-perf/core';
import type { DedupeEvents } from './events.js';

/** Plain figures, since the start. */
export interface DedupeStats {
  /** Entries held in this process. */
  readonly entries: number;
  /** What they hold, in bytes. */
  readonly bytes: number;
  /** Requests under way in this process. */
  readonly inFlight: number;
  readonly coalesced: number;
  readonly replayed: number;
  readonly mismatched: number;
  readonly conflicts: number;
  readonly orphaned: number;
  readonly ownershipLost: number;
  readonly leaderFailures: number;
  readonly waitTimeouts: number;
  readonly bypassed: number;
  readonly storeErrors: number;
}

const COUNTED = {
  coalesced: 'coalesced',
  replayed: 'replayed',
  mismatch: 'mismatched',
  conflict: 'conflicts',
  orphaned: 'orphaned',
  ownershipLost: 'ownershipLost',
  leaderFailed: 'leaderFailures',
  waitTimeout: 'waitTimeouts',
  bypassed: 'bypassed',
  storeError: 'storeErrors',
} as const satisfies Partial<Record<keyof DedupeEvents, keyof DedupeStats>>;

type Counted = (typeof COUNTED)[keyof typeof COUNTED];

/** Counts the events of an engine. */
export class DedupeCounters {
  readonly #counts = Object.fromEntries(Object.values(COUNTED).map((name) => [name, 0])) as Record<
    Counted,
    number
  >;

  constructor(events: Emitter<DedupeEvents>) {
    for (const [event, name] of Object.entries(COUNTED)) {
      events.on(event as keyof typeof COUNTED, () => void this.#counts[name]++);
    }
  }

  stats(inFlight: number, held: { readonly entries: number; readonly bytes: number }): DedupeStats {
    return { ...held, inFlight, ...this.#counts };
  }

  collect(stats: DedupeStats): MetricFamily[] {
    const outcomes = Object.values(COUNTED).map((outcome) => ({
      labels: { outcome },
      value: stats[outcome],
    }));
    const gauge = (name: string, help: string, value: number, unit?: string): MetricFamily => ({
      name,
      type: 'gauge',
      help,
      unit,
      samples: [{ labels: {}, value }],
    });
    return [
      {
        name: 'spark_dedupe_requests',
        type: 'counter',
        help: 'Requests by what became of them.',
        samples: outcomes,
      },
      gauge('spark_dedupe_in_flight', 'Requests under way.', stats.inFlight),
      gauge('spark_dedupe_entries', 'Requests remembered in this process.', stats.entries),
      gauge('spark_dedupe_memory_bytes', 'What they hold.', stats.bytes, 'bytes'),
    ];
  }
}
