import type { Bytes, Clock, MetricFamily, Milliseconds, MetricSource, Ratio, Timer } from '@spark-perf/core';
import { clockOption, every, numberOption, optionsObject } from '@spark-perf/core';
import type { EventLoopUtilization } from 'node:perf_hooks';
import { performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { GcKind, GcReport } from './gc-pauses.js';
import { GcPauses } from './gc-pauses.js';
import type { DelayReport } from './omission-corrected-delay.js';
import { OmissionCorrectedDelay } from './omission-corrected-delay.js';
import type { RuntimeMonitorOptions } from './options.js';
import { RUNTIME_MONITOR_DEFAULTS } from './options.js';
import { runtimeFamilies } from './runtime-metrics.js';

/** One space of the heap. */
export interface HeapSpace {
  readonly name: string;
  readonly used: Bytes;
  readonly size: Bytes;
  readonly available: Bytes;
  readonly physical: Bytes;
}

/** What `getStats` tells. Delay, utilisation and CPU are those of the last full interval, or of what there is of the first. */
export interface RuntimeStats {
  readonly running: boolean;
  readonly delay: DelayReport;
  /** Share of the interval in which the event loop was busy. */
  readonly utilization: Ratio;
  /** Time the loop was busy and idle since the process began. */
  readonly loopTime: { readonly active: Milliseconds; readonly idle: Milliseconds };
  readonly gc: Readonly<Record<GcKind, GcReport>>;
  readonly heap: { readonly used: Bytes; readonly total: Bytes; readonly limit: Bytes };
  readonly heapSpaces: readonly HeapSpace[];
  readonly external: Bytes;
  readonly arrayBuffers: Bytes;
  readonly rss: Bytes;
  /** What keeps the process alive, by type: sockets, timers, servers. */
  readonly handles: Readonly<Record<string, number>>;
  /** CPU time of the process since it began, and the cores it used in the interval. */
  readonly cpu: { readonly user: Milliseconds; readonly system: Milliseconds; readonly cores: number };
}

interface Mark {
  readonly at: Milliseconds;
  readonly loop: EventLoopUtilization;
  readonly cpu: NodeJS.CpuUsage;
}

/**
 * The signals of the runtime. What is cheap to read is read when asked for; only the event loop's delay and the
 * collections are followed while it runs. Nothing runs before `start`, and nothing keeps the process alive.
 */
export class RuntimeMonitor implements MetricSource {
  readonly #clock: Clock;
  readonly #resolution: Milliseconds;
  readonly #interval: Milliseconds;
  readonly #gc = new GcPauses();
  /** V8 decides on it when the process begins. */
  readonly #heapLimit = getHeapStatistics().heap_size_limit;
  #timers: Timer[] = [];
  #delay: OmissionCorrectedDelay;
  #lastDelay: OmissionCorrectedDelay | undefined;
  #mark: Mark;
  #last: { readonly utilization: Ratio; readonly cores: number } | undefined;

  /** @throws InvalidOptionError */
  constructor(options?: RuntimeMonitorOptions) {
    const given = optionsObject('options', options, ['resolution', 'interval', 'clock']);
    const { resolution, interval } = RUNTIME_MONITOR_DEFAULTS;
    this.#clock = clockOption(given.clock);
    this.#resolution = numberOption('resolution', given.resolution, resolution, { min: 5, max: 1_000 });
    this.#interval = numberOption('interval', given.interval, interval, { min: 100, max: 600_000 });
    this.#delay = new OmissionCorrectedDelay(this.#resolution);
    this.#mark = this.#now();
  }

  /** Begins to follow delay and collections. Idempotent. */
  start(): this {
    if (this.#timers.length > 0) return this;
    this.#gc.start();
    this.#turn();
    this.#last = this.#lastDelay = undefined;
    let expected = this.#clock.now() + this.#resolution;
    const sample = every(this.#clock, this.#resolution, () => {
      const now = this.#clock.now();
      this.#delay.record(now - expected);
      expected = now + this.#resolution;
    });
    this.#timers = [sample, every(this.#clock, this.#interval, () => this.#turn())];
    return this;
  }

  /** Follows nothing more; what was counted stays. Idempotent. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#gc.stop();
  }

  getStats(): RuntimeStats {
    const now = this.#now();
    const { loop, cpu } = now;
    const memory = process.memoryUsage();
    const interval = this.#last ?? between(this.#mark, now);
    return {
      running: this.#timers.length > 0,
      delay: (this.#lastDelay ?? this.#delay).report(),
      utilization: interval.utilization,
      loopTime: { active: loop.active, idle: loop.idle },
      gc: this.#gc.report(),
      heap: { used: memory.heapUsed, total: memory.heapTotal, limit: this.#heapLimit },
      heapSpaces: getHeapSpaceStatistics().map((space) => ({
        name: space.space_name,
        used: space.space_used_size,
        size: space.space_size,
        available: space.space_available_size,
        physical: space.physical_space_size,
      })),
      external: memory.external,
      arrayBuffers: memory.arrayBuffers,
      rss: memory.rss,
      handles: countedHandles(),
      cpu: { user: cpu.user / 1_000, system: cpu.system / 1_000, cores: interval.cores },
    };
  }

  collect(): readonly MetricFamily[] {
    return runtimeFamilies(this.getStats());
  }

  close(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #turn(): void {
    const now = this.#now();
    this.#last = between(this.#mark, now);
    this.#mark = now;
    this.#lastDelay = this.#delay;
    this.#delay = new OmissionCorrectedDelay(this.#resolution);
  }

  #now(): Mark {
    return { at: this.#clock.now(), loop: performance.eventLoopUtilization(), cpu: process.cpuUsage() };
  }
}

/** What the loop and the processor did from one mark to a later one. */
function between(from: Mark, to: Mark): { utilization: Ratio; cores: number } {
  const passed = to.at - from.at;
  const used = to.cpu.user - from.cpu.user + to.cpu.system - from.cpu.system;
  return {
    utilization: performance.eventLoopUtilization(to.loop, from.loop).utilization,
    cores: passed > 0 ? used / 1_000 / passed : 0,
  };
}

function countedHandles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
