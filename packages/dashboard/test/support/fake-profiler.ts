import { LatencyHistogram, seededRandom } from '@spark-perf/core';
import type { Source } from '../../src/index.js';

interface Route {
  readonly method: string;
  readonly route: string;
  readonly weight: number;
  readonly ms: number;
  readonly failures: number;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', route: '/api/cities/:id', weight: 46, ms: 1.2, failures: 0 },
  { method: 'GET', route: '/api/cities', weight: 24, ms: 6.5, failures: 0.002 },
  { method: 'GET', route: '/api/countries/:code/statistics', weight: 9, ms: 38, failures: 0.01 },
  { method: 'POST', route: '/api/trips', weight: 8, ms: 14, failures: 0.004 },
  { method: 'GET', route: '/api/trips/:id', weight: 7, ms: 2.1, failures: 0 },
  { method: 'GET', route: '/health', weight: 3, ms: 0.3, failures: 0 },
  { method: 'GET', route: '_unmatched', weight: 3, ms: 0.2, failures: 0 },
];

/** Gives what `RequestProfiler.serialize()` gives, of requests that `serve` makes up. */
export class FakeProfiler implements Source {
  readonly #random;
  readonly #rows;
  readonly #listeners = new Map<string, (payload: never) => unknown>();

  constructor(seed = 1, routes: readonly Route[] = ROUTES) {
    this.#random = seededRandom(seed);
    this.#rows = routes.map((route) => ({
      ...route,
      count: 0,
      failed: 0,
      sum: 0,
      durations: new LatencyHistogram(),
    }));
  }

  /** `requests` requests over all routes. */
  serve(requests: number): void {
    const weights = this.#rows.reduce((sum, { weight }) => sum + weight, 0);
    for (const row of this.#rows) {
      const count = Math.round((requests * row.weight) / weights);
      for (let i = 0; i < count; i++) {
        // Log-normal, with a tail.
        const [u, v] = [this.#random() || 1e-9, this.#random()];
        const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
        const duration = row.ms * Math.exp(0.6 * normal) * (this.#random() < 0.01 ? 8 : 1);
        row.durations.record(duration);
        row.sum += duration;
        row.count++;
        if (this.#random() < row.failures) row.failed++;
      }
    }
  }

  get requests(): number {
    return this.#rows.reduce((sum, { count }) => sum + count, 0);
  }

  on(event: string, listener: (payload: never) => unknown): unknown {
    this.#listeners.set(event, listener);
    return () => this.#listeners.delete(event);
  }

  emit(event: string, payload: object): void {
    this.#listeners.get(event)?.(payload as never);
  }

  getStats(): object {
    return { routes: this.#rows.length };
  }

  collect(): [] {
    return [];
  }

  serialize(): unknown {
    return {
      version: 1,
      routes: this.#rows.map(({ method, route, count, failed, sum, durations, weight }) => ({
        method,
        route,
        count,
        aborted: Math.floor(count / 900),
        longLived: 0,
        classes: [0, 0, count - failed, 0, Math.floor(count / 60), failed],
        sum,
        inFlight: Math.round(this.#random() * weight * 0.3),
        durations: { buckets: durations.toJSON().buckets.flat() },
        recent: { buckets: durations.toJSON().buckets.flat() },
        rates: { '10s': weight * 12, '1m': weight * 12, '5m': weight * 12 },
      })),
    };
  }
}
