import type {
  Bytes,
  EventSource,
  Listener,
  MetricFamily,
  MetricSource,
  Milliseconds,
  Timer,
  Unsubscribe,
} from '@spark-perf/core';
import { Emitter, every } from '@spark-perf/core';
import { AllocationSites } from './allocation-sites.js';
import type { MemoryLeakDetectorEvents } from './events.js';
import { GrowingConstructors } from './growing-constructors.js';
import type { GrowthBounds, GrowthEvidence } from './growth-test.js';
import { leakFamilies } from './leak-metrics.js';
import type { LeakEvidence, MemoryLeakStats, MemorySample, MemoryTrend } from './leak-stats.js';
import type { MajorCollections, MemoryReading } from './memory-source.js';
import type { SeriesName } from './memory-series.js';
import { MemorySeries } from './memory-series.js';
import type { MemoryLeakDetectorOptions, ResolvedLeakOptions } from './options.js';
import { resolveLeakOptions } from './options.js';
import { RequestLoad } from './request-load.js';
import { reasonFor } from './verdict-reason.js';
import type { VerdictState } from './verdict-state.js';
import { nextVerdict } from './verdict-state.js';
import { theilSen } from './theil-sen.js';

/** V8's record of collections grows until it is taken. */
const ROTATION: Milliseconds = 30_000;
/** `highHeap` is over below this share of its threshold. */
const CLEARED = 0.8;

/**
 * Tells leaks from caches that fill, load that rises and garbage that waits: looks at what major collections leave
 * behind, and calls it leaking only when it grows certainly, lastingly, materially and towards the limit of memory.
 */
export class MemoryLeakDetector implements EventSource<MemoryLeakDetectorEvents>, MetricSource {
  readonly #options: ResolvedLeakOptions;
  readonly #events: Emitter<MemoryLeakDetectorEvents>;
  readonly #series: MemorySeries;
  readonly #constructors: GrowingConstructors;
  readonly #load: RequestLoad;
  readonly #sites = new AllocationSites();
  readonly #samples: MemorySample[] = [];
  #timers: Timer[] = [];
  #started: Milliseconds | undefined;
  #state: VerdictState;
  #tested: Record<SeriesName, GrowthEvidence> | undefined;
  #baseline: MemoryReading | null = null;
  #majors = 0;
  #high = false;
  #grown: LeakEvidence['growingConstructors'] = [];
  #feeding: LeakEvidence['allocationSites'] = [];

  /** @throws InvalidOptionError */
  constructor(options?: MemoryLeakDetectorOptions) {
    this.#options = resolveLeakOptions(options);
    const { clock, constructors, logger, maxSamples, requests } = this.#options;
    this.#events = new Emitter((error, event) => logger.error(`A listener of "${event}" failed`, error));
    this.#series = new MemorySeries(maxSamples);
    this.#constructors = new GrowingConstructors(constructors);
    this.#load = new RequestLoad(requests);
    this.#state = { verdict: 'learning', since: clock.now() };
  }

  on<K extends keyof MemoryLeakDetectorEvents>(
    event: K,
    listener: Listener<MemoryLeakDetectorEvents[K]>,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /** Looks every `checkInterval`, without keeping the process alive. Idempotent. */
  start(): this {
    if (this.#timers.length > 0) return this;
    const { clock, checkInterval, source } = this.#options;
    this.#begin();
    this.#timers = [every(clock, checkInterval, () => void this.checkMemory())];
    if (checkInterval > ROTATION) this.#timers.push(every(clock, ROTATION, () => source.rotate()));
    return this;
  }

  /** Looks no more; what was found stays. Idempotent. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#options.source.stop();
    this.#sites.stop();
  }

  /** Looks now. `start` calls it; without it the time of the first call is when the warm-up begins. */
  checkMemory(): MemorySample {
    const { clock, collect, source, maxSamples } = this.#options;
    const started = this.#begin();
    collect?.();
    const now = clock.now();
    const majors = source.takeMajors();
    const reading = source.read();
    this.#majors += majors.count;
    const fresh = majors.count > 0;
    const sample = { ...reading, timestamp: clock.wallNow(), liveHeap: fresh ? majors.liveHeap : null };
    this.#samples.push(sample);
    if (this.#samples.length > maxSamples) this.#samples.shift();
    this.#watchHeap(fresh ? majors.liveHeap : undefined);
    const { count, rate } = this.#load.look(now);
    const warm = now - started >= this.#options.warmup && count >= this.#options.minRequests;
    if (warm && fresh) this.#learn(now, rate, reading, majors);
    this.#judge(now, started, fresh && warm);
    return sample;
  }

  /** Where the heap is heading over the last five looks, by Theil and Sen; `null` before the second one. */
  calculateTrend(): MemoryTrend | null {
    const recent = this.#samples.slice(-5);
    if (recent.length < 2) return null;
    const points = recent.map((one, at) => ({ at, value: one.liveHeap ?? one.heapUsed }));
    const rate = theilSen(points).slope;
    return { direction: rate > 0 ? 'increasing' : 'decreasing', rate };
  }

  getStats(): MemoryLeakStats {
    const { clock, source } = this.#options;
    const current = source.read();
    const base = this.#baseline;
    return {
      current,
      baseline: base,
      growth: base && {
        heap: current.heapUsed - base.heapUsed,
        external: current.external - base.external,
        rss: current.rss - base.rss,
      },
      trend: this.calculateTrend(),
      samples: [...this.#samples],
      verdict: this.#state.verdict,
      verdictAge: clock.now() - this.#state.since,
      evidence: this.#evidence(),
    };
  }

  collect(): readonly MetricFamily[] {
    return leakFamilies(this.#state.verdict, this.#majors, this.#tested);
  }

  /** The same as `stop`. */
  close(): Promise<void> {
    this.stop();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #begin(): Milliseconds {
    this.#options.source.start();
    return (this.#started ??= this.#options.clock.now());
  }

  #learn(
    now: Milliseconds,
    load: number | undefined,
    reading: MemoryReading,
    majors: MajorCollections,
  ): void {
    const external = Math.min(reading.external, majors.external);
    this.#series.add(now, load, { heap: majors.liveHeap, external, rss: reading.rss });
    if (this.#baseline === null) {
      this.#baseline = { ...reading, heapUsed: majors.liveHeap };
      this.#constructors.takeBaseline();
    }
  }

  #judge(now: Milliseconds, started: Milliseconds, fresh: boolean): void {
    const { minMajorGcs, pendingFor, warmup, checkInterval } = this.#options;
    const ready = this.#series.length >= minMajorGcs;
    if (ready && fresh) this.#tested = this.#series.test(this.#bounds());
    const patience = warmup + pendingFor + 3 * minMajorGcs * checkInterval;
    const look = {
      at: now,
      ready,
      overdue: now - started >= patience,
      fresh,
      growing: this.#tested !== undefined && Object.values(this.#tested).some(({ growing }) => growing),
      proven: this.#series.length >= 2 * minMajorGcs,
    };
    const before = this.#state;
    this.#state = nextVerdict(before, look, pendingFor);
    if (this.#state.verdict !== before.verdict) this.#changed(before);
  }

  #bounds(): Record<SeriesName, GrowthBounds> {
    const { horizon, source, growthThreshold, externalGrowthThreshold, rssGrowthThreshold } = this.#options;
    const limit = source.memoryLimit();
    // Buffers have no limit of their own; what may be as much as the heap has had its share.
    const outside = Math.min(limit, source.heapLimit());
    return {
      heap: { horizon, limit: source.heapLimit(), threshold: growthThreshold },
      external: { horizon, limit: outside, threshold: externalGrowthThreshold },
      rss: { horizon, limit, threshold: rssGrowthThreshold },
    };
  }

  #changed(before: VerdictState): void {
    const { allocationSites, logger } = this.#options;
    const to = this.#state.verdict;
    const alarming = to === 'suspect' || to === 'leaking';
    if (alarming) {
      this.#grown = this.#constructors.grown();
      this.#feeding = this.#sites.top();
    }
    if (allocationSites && alarming) this.#sites.start();
    else this.#sites.stop();
    const change = { from: before.verdict, to, evidence: this.#evidence() };
    const line = `MEMORY ${to.toUpperCase()}: ${change.evidence.reason}`;
    if (to === 'leaking') logger.error(line);
    else if (to === 'suspect') logger.warn(line);
    else logger.info(line);
    this.#events.emit('verdict', change);
    if (to === 'leaking') this.#events.emit('leak', change);
    if (to === 'recovered') this.#events.emit('recovered', change);
  }

  #watchHeap(liveHeap: Bytes | undefined): void {
    const { heapThreshold: threshold, logger } = this.#options;
    if (liveHeap === undefined) return;
    if (this.#high) this.#high = liveHeap >= CLEARED * threshold;
    else if (liveHeap > threshold) {
      this.#high = true;
      logger.warn(`High heap usage: ${(liveHeap / 1024 / 1024).toFixed(2)}MB`);
      this.#events.emit('highHeap', { liveHeap, threshold });
    }
  }

  #evidence(): LeakEvidence {
    const tested = this.#tested;
    return {
      reason: reasonFor(this.#state.verdict, tested, this.#series.length, this.#options.minMajorGcs),
      majorGcs: this.#majors,
      heap: tested?.heap ?? null,
      external: tested?.external ?? null,
      rss: tested?.rss ?? null,
      growingConstructors: this.#grown,
      allocationSites: this.#feeding,
    };
  }
}
