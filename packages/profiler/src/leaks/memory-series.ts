import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { GrowthBounds, GrowthEvidence } from './growth-test.js';
import { testGrowth } from './growth-test.js';
import type { LoadedPoint } from './load-adjustment.js';

const NAMES = ['heap', 'external', 'rss'] as const;
export type SeriesName = (typeof NAMES)[number];

/** Heap, external and resident memory at the looks that found a major collection, after the warm-up: a window of each. */
export class MemorySeries {
  readonly #points: Record<SeriesName, LoadedPoint[]> = { heap: [], external: [], rss: [] };

  constructor(readonly capacity: number) {}

  get length(): number {
    return this.#points.heap.length;
  }

  add(at: Milliseconds, load: number | undefined, values: Readonly<Record<SeriesName, Bytes>>): void {
    for (const name of NAMES) {
      const points = this.#points[name];
      points.push({ at, value: values[name], load });
      if (points.length > this.capacity) points.shift();
    }
  }

  test(bounds: Readonly<Record<SeriesName, GrowthBounds>>): Record<SeriesName, GrowthEvidence> {
    const of = (name: SeriesName): GrowthEvidence => testGrowth(this.#points[name], bounds[name]);
    return { heap: of('heap'), external: of('external'), rss: of('rss') };
  }
}
