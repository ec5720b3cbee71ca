import { LatencyHistogram } from '@spark-perf/core';
import type { Reply } from './client.js';

/** Plain figures of what the clients met. */
export interface TrafficResult {
  readonly requests: number;
  /** Requests of polite clients that had no good answer in the end. */
  readonly failures: number;
  /** Of those, a few in words. */
  readonly failed: readonly string[];
  readonly retries: number;
  readonly limited: number;
  readonly deduplicated: number;
  readonly cacheHits: number;
  /** Answers that came by way of the HTTP cache. */
  readonly cacheable: number;
  readonly p50: number;
  readonly p99: number;
}

/** Adds up what happens to the clients. */
export class Tally {
  readonly #latency = new LatencyHistogram();
  readonly #failed: string[] = [];
  requests = 0;
  failures = 0;
  retries = 0;
  limited = 0;
  deduplicated = 0;
  cacheHits = 0;
  cacheable = 0;

  reply(reply: Reply, duration: number): void {
    this.requests++;
    this.#latency.record(duration);
    if (reply.status === 429) this.limited++;
    if (reply.headers['idempotent-replayed'] === 'true') this.deduplicated++;
    const cache = reply.headers['x-cache'];
    // A POST goes past the cache, and is no miss of it.
    if (cache === undefined || cache === 'BYPASS') return;
    this.cacheable++;
    if (cache !== 'MISS') this.cacheHits++;
  }

  failure(what: string): void {
    this.failures++;
    if (this.#failed.length < 20) this.#failed.push(what);
  }

  result(): TrafficResult {
    const { requests, failures, retries, limited, deduplicated, cacheHits, cacheable } = this;
    const figures = { requests, failures, retries, limited, deduplicated, cacheHits, cacheable };
    return {
      ...figures,
      failed: this.#failed,
      p50: this.#latency.percentile(0.5),
      p99: this.#latency.percentile(0.99),
    };
  }
}
