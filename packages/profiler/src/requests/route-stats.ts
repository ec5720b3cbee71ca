import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { DurationHistogramData } from './duration-histogram.js';
import { DurationHistogram } from './duration-histogram.js';
import { OutcomeSeries } from './outcome-series.js';
import { RateWindow } from './rate-window.js';

/** Status codes told apart per route; what else a route answers counts under its class's first code. */
const MAX_SERIES = 16;

/** Where the totals are: 2 to 5 count the answers by the first digit of their status. */
const ABORTED = 6;
const LONG_LIVED = 7;
const SUM = 8;
const MIN = 9;
const MAX = 10;
const REQUEST_BYTES = 11;
const RESPONSE_BYTES = 12;
const CELLS = 13;
const CLASSES = 6;

/** What is added up of one route. */
export interface RouteTotals {
  readonly aborted: number;
  readonly longLived: number;
  /** Requests by first digit of the status, 2 to 5. */
  readonly classes: readonly number[];
  readonly sum: Milliseconds;
  readonly min: Milliseconds;
  readonly max: Milliseconds;
  readonly requestBytes: Bytes;
  readonly responseBytes: Bytes;
}

/** Durations as plain data; `count` is how many there were when it was made. */
interface DurationData {
  readonly count: number;
  readonly all: DurationHistogramData;
  readonly recent: DurationHistogramData;
}

/**
 * Everything known of one route. Its size is bounded: at most about 80 KiB, some 15 KiB in practice; as much again for
 * up to a minute after `durationData` was asked for.
 */
export class RouteStats {
  inFlight = 0;
  inFlightMax = 0;
  memory = 0;
  memorySamples = 0;
  cpu = 0;
  cpuSamples = 0;
  /** Folded into `_overflow`: what held on to it must look the route up again. */
  evicted = false;
  durations = new DurationHistogram();
  readonly series: OutcomeSeries[] = [];
  readonly rates = new RateWindow();
  /** Side by side in one array: with many routes in use, what a request costs here is how many lines of cache it misses. */
  readonly #cells = new Float64Array(CELLS);
  /** The part of `count` that has been aged away from `frequency`. */
  #aged = 0;
  /** The durations as they were at the last two turns of the window. */
  #atLastTurn: DurationHistogram | undefined;
  #atTurnBefore: DurationHistogram | undefined;
  /** What `durationData` told last, for a minute at most: somebody watches the route, or it is let go. */
  #told: DurationData | undefined;

  constructor(
    readonly method: string,
    readonly route: string,
  ) {
    this.#cells[MIN] = Infinity;
  }

  /** As in the report: `GET:/users/:id`; the collecting rows have their bare name, recorded ids are as given. */
  get key(): string {
    if (this.method === '') return this.route.startsWith('_') ? `:${this.route}` : this.route;
    return this.method === '_OTHER' && this.route.startsWith('_')
      ? this.route
      : `${this.method}:${this.route}`;
  }

  /** Requests over, aborted ones included, long-lived ones not: the sum of what they are counted as. */
  get count(): number {
    const cells = this.#cells;
    return cells[2]! + cells[3]! + cells[4]! + cells[5]! + cells[ABORTED]!;
  }

  /** Requests of late, halved every minute: what decides who has a place in the table. */
  get frequency(): number {
    return this.count - this.#aged;
  }

  get longLived(): number {
    return this.#cells[LONG_LIVED]!;
  }

  /** Time spent on answered requests. */
  get sum(): Milliseconds {
    return this.#cells[SUM]!;
  }

  totals(): RouteTotals {
    const cells = this.#cells;
    return {
      aborted: cells[ABORTED]!,
      longLived: cells[LONG_LIVED]!,
      classes: [...cells.subarray(0, CLASSES)],
      sum: cells[SUM]!,
      min: this.durations.count === 0 ? 0 : cells[MIN]!,
      max: cells[MAX]!,
      requestBytes: cells[REQUEST_BYTES]!,
      responseBytes: cells[RESPONSE_BYTES]!,
    };
  }

  /** The inverse of `totals`, for a new row; `durations` are set before. */
  restore(totals: RouteTotals): void {
    const cells = this.#cells;
    cells.set(totals.classes.slice(0, CLASSES));
    cells[ABORTED] = totals.aborted;
    cells[LONG_LIVED] = totals.longLived;
    cells[SUM] = totals.sum;
    cells[MIN] = this.durations.count === 0 ? Infinity : totals.min;
    cells[MAX] = totals.max;
    cells[REQUEST_BYTES] = totals.requestBytes;
    cells[RESPONSE_BYTES] = totals.responseBytes;
  }

  /** A request that was answered; `error` is 0 or the 5xx that it amounts to. */
  answered(duration: Milliseconds, status: number, error: number): void {
    const cells = this.#cells;
    const digit = error !== 0 ? 5 : (status / 100) | 0;
    cells[digit >= 2 && digit <= 5 ? digit : 2]!++;
    cells[SUM]! += duration;
    if (duration < cells[MIN]!) cells[MIN] = duration;
    if (duration > cells[MAX]!) cells[MAX] = duration;
    this.durations.record(duration);
    this.seriesOf(status, error).record(duration);
  }

  /** A request whose client left; `status` is 0 when no head had been sent. */
  wasAborted(duration: Milliseconds, status: number): void {
    this.#cells[ABORTED]!++;
    this.seriesOf(status, 499).record(duration);
  }

  livesLong(): void {
    this.#cells[LONG_LIVED]!++;
  }

  /** Body bytes of a request and of its response. */
  moved(received: Bytes, sent: Bytes): void {
    const cells = this.#cells;
    if (received !== 0) cells[REQUEST_BYTES]! += received;
    cells[RESPONSE_BYTES]! += sent;
  }

  enter(): void {
    if (++this.inFlight > this.inFlightMax) this.inFlightMax = this.inFlight;
  }

  seriesOf(status: number, error: number): OutcomeSeries {
    const { series } = this;
    for (let i = 0; i < series.length; i++) {
      const one = series[i]!;
      if (one.status === status && one.error === error) return one;
    }
    if (series.length >= MAX_SERIES) {
      const code = Math.floor(status / 100) * 100;
      const kind = error === 0 || error === 499 ? error : 500;
      const general = series.find((one) => one.status === code && one.error === kind);
      return general ?? this.#addSeries(code, kind);
    }
    return this.#addSeries(status, error);
  }

  #addSeries(status: number, error: number): OutcomeSeries {
    const added = new OutcomeSeries(status, error);
    this.series.push(added);
    return added;
  }

  /** Durations of the last one to two turns of the window. */
  recent(): DurationHistogram {
    const recent = this.durations.copy();
    if (this.#atTurnBefore !== undefined) recent.subtract(this.#atTurnBefore);
    return recent;
  }

  /** The durations of all time and the recent ones as plain data. Until more are counted it is the same data again. */
  durationData(): DurationData {
    const { count } = this.durations;
    if (this.#told?.count === count) return this.#told;
    const all = this.durations.toJSON();
    const before = this.#atTurnBefore;
    const recent = before === undefined ? all : this.durations.dataSince(before);
    return (this.#told = { count, all, recent });
  }

  turnWindow(): void {
    this.#told = undefined;
    this.#atTurnBefore = this.#atLastTurn ?? new DurationHistogram();
    this.#atLastTurn = this.durations.copy();
    this.#aged += this.frequency / 2;
  }

  /** Adds all that `other` has counted. */
  merge(other: RouteStats): void {
    this.#told = undefined;
    const [cells, theirs] = [this.#cells, other.#cells];
    for (let i = 0; i < CELLS; i++) {
      if (i === MIN) cells[i] = Math.min(cells[i]!, theirs[i]!);
      else if (i === MAX) cells[i] = Math.max(cells[i]!, theirs[i]!);
      else cells[i]! += theirs[i]!;
    }
    this.inFlight += other.inFlight;
    this.inFlightMax = Math.max(this.inFlightMax, other.inFlightMax, this.inFlight);
    this.memory += other.memory;
    this.memorySamples += other.memorySamples;
    this.cpu += other.cpu;
    this.cpuSamples += other.cpuSamples;
    this.durations.merge(other.durations);
    this.rates.merge(other.rates);
    for (const one of other.series) this.seriesOf(one.status, one.error).merge(one);
    this.#atLastTurn = added(this.#atLastTurn, other.#atLastTurn);
    this.#atTurnBefore = added(this.#atTurnBefore, other.#atTurnBefore);
  }
}

function added(
  one: DurationHistogram | undefined,
  other: DurationHistogram | undefined,
): DurationHistogram | undefined {
  if (other === undefined) return one;
  const sum = one ?? new DurationHistogram();
  sum.merge(other);
  return sum;
}
