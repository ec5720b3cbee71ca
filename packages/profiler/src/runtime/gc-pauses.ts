import type { Milliseconds } from '@spark-perf/core';
import { constants, PerformanceObserver } from 'node:perf_hooks';

/** The kinds of collection, as OpenTelemetry names them. */
export type GcKind = 'major' | 'minor' | 'incremental' | 'weakcb';

/** Edges that OpenTelemetry advises for `v8js.gc.duration`. */
export const GC_EDGES: readonly Milliseconds[] = Object.freeze([10, 100, 1_000, 10_000]);

/** Collections of one kind since the start. */
export interface GcReport {
  readonly count: number;
  readonly total: Milliseconds;
  readonly max: Milliseconds;
  /** By edge (10 ms, 100 ms, 1 s, 10 s, above), not cumulative. */
  readonly buckets: readonly number[];
}

interface GcEntry {
  readonly duration: number;
  readonly detail?: { readonly kind?: number } | undefined;
}

const KINDS: Readonly<Record<number, GcKind>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Every collection, by kind. The observer hands over many at a time on a busy loop: all of them are counted. */
export class GcPauses {
  readonly #kinds = new Map<GcKind, { count: number; total: number; max: number; buckets: number[] }>();
  #observer: PerformanceObserver | undefined;

  start(): void {
    if (this.#observer !== undefined) return;
    this.#observer = new PerformanceObserver((list) => this.take(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    if (this.#observer === undefined) return;
    this.take(this.#observer.takeRecords());
    this.#observer.disconnect();
    this.#observer = undefined;
  }

  take(entries: readonly GcEntry[]): void {
    for (const { duration, detail } of entries) {
      const kind = KINDS[detail?.kind ?? 0];
      if (kind === undefined) continue;
      let sums = this.#kinds.get(kind);
      if (sums === undefined) {
        sums = { count: 0, total: 0, max: 0, buckets: new Array<number>(GC_EDGES.length + 1).fill(0) };
        this.#kinds.set(kind, sums);
      }
      sums.count++;
      sums.total += duration;
      sums.max = Math.max(sums.max, duration);
      const edge = GC_EDGES.findIndex((limit) => duration <= limit);
      sums.buckets[edge === -1 ? GC_EDGES.length : edge]!++;
    }
  }

  /** Includes what the observer has not handed over yet. */
  report(): Record<GcKind, GcReport> {
    if (this.#observer !== undefined) this.take(this.#observer.takeRecords());
    const of = (kind: GcKind): GcReport => {
      const sums = this.#kinds.get(kind);
      return sums === undefined
        ? { count: 0, total: 0, max: 0, buckets: [0, 0, 0, 0, 0] }
        : { ...sums, buckets: [...sums.buckets] };
    };
    return { major: of('major'), minor: of('minor'), incremental: of('incremental'), weakcb: of('weakcb') };
  }
}
