import type { Milliseconds, Random, Ratio } from '@spark-perf/core';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { RouteStats } from './route-stats.js';

/** At most ten measurements a second: reading the process's CPU time costs more than all else together. */
const PAUSE: Milliseconds = 100;

/** What was read at the start of a request that was alone. */
export class CostSample {
  /** Another request came, or the sample was used. */
  over = false;
  readonly collections = new GCProfiler();
  readonly cpu: NodeJS.CpuUsage;
  readonly heap: number;

  constructor() {
    this.collections.start();
    this.heap = getHeapStatistics().used_heap_size;
    this.cpu = process.cpuUsage();
  }
}

/**
 * CPU and memory per request, told only of requests for which it can be told: CPU time and heap are the process's, so
 * a request must have been alone from start to end, and no collection may have run in between.
 */
export class IsolatedCost {
  #next: Milliseconds = -Infinity;
  #current: CostSample | undefined;

  constructor(
    readonly sampleRate: Ratio,
    readonly random: Random,
  ) {}

  /** A request begins. Returns a sample when it is alone and its turn has come. */
  begin(now: Milliseconds, inFlight: number): CostSample | undefined {
    if (this.#current !== undefined) this.#spoil(this.#current);
    if (inFlight !== 1 || now < this.#next || this.sampleRate === 0) return undefined;
    this.#next = now + PAUSE;
    if (this.sampleRate < 1 && this.random() >= this.sampleRate) return undefined;
    return (this.#current = new CostSample());
  }

  /** The request is over: its cost goes to `row`, where it is its own. */
  end(sample: CostSample, row: RouteStats | undefined): void {
    if (sample.over) return;
    const { user, system } = process.cpuUsage(sample.cpu);
    const heap = getHeapStatistics().used_heap_size - sample.heap;
    const collected = this.#spoil(sample);
    if (row === undefined || collected || heap < 0) return;
    row.cpu += user + system;
    row.cpuSamples++;
    row.memory += heap;
    row.memorySamples++;
  }

  /** Ends a sample that is still open. */
  close(): void {
    if (this.#current !== undefined) this.#spoil(this.#current);
  }

  /** Returns whether a collection ran. The profiler is told synchronously, a performance observer would be late. */
  #spoil(sample: CostSample): boolean {
    sample.over = true;
    this.#current = undefined;
    return (sample.collections.stop()?.statistics.length ?? 0) > 0;
  }
}
