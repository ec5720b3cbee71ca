import type { Milliseconds } from '@spark-perf/core';
import { DurationHistogram } from './duration-histogram.js';
import { OutcomeSeries } from './outcome-series.js';
import { RateWindow } from './rate-window.js';

/** Status codes told apart per route; what else a route answers counts under its class's first code. */
const MAX_SERIES = 16;

/** Everything known of one route. Its size is bounded: at most about 80 KiB, some 15 KiB in practice. */
export class RouteStats {
  /** Answered requests, aborted ones included, long-lived ones not. */
  count = 0;
  aborted = 0;
  longLived = 0;
  /** By first digit of the status: 2 to 5. */
  readonly classes = new Float64Array(6);
  sum: Milliseconds = 0;
  min: Milliseconds = Infinity;
  max: Milliseconds = 0;
  requestBytes = 0;
  responseBytes = 0;
  inFlight = 0;
  inFlightMax = 0;
  memory = 0;
  memorySamples = 0;
  cpu = 0;
  cpuSamples = 0;
  /** Requests of late, halved every minute: what decides who has a place in the table. */
  frequency = 0;
  /** Folded into `_overflow`: what held on to it must look the route up again. */
  evicted = false;
  durations = new DurationHistogram();
  readonly series: OutcomeSeries[] = [];
  readonly rates = new RateWindow();
  /** The durations as they were at the last two turns of the window. */
  #atLastTurn: DurationHistogram | undefined;
  #atTurnBefore: DurationHistogram | undefined;

  constructor(
    readonly method: string,
    readonly route: string,
  ) {}

  /** As in the report: `GET:/users/:id`; the collecting rows have their bare name, recorded ids are as given. */
  get key(): string {
    if (this.method === '') return this.route.startsWith('_') ? `:${this.route}` : this.route;
    return this.method === '_OTHER' && this.route.startsWith('_')
      ? this.route
      : `${this.method}:${this.route}`;
  }

  /** A request that was answered; `error` is 0 or the 5xx that it amounts to. */
  answered(duration: Milliseconds, status: number, error: number): void {
    this.count++;
    this.frequency++;
    const digit = error !== 0 ? 5 : (status / 100) | 0;
    this.classes[digit >= 2 && digit <= 5 ? digit : 2]!++;
    this.sum += duration;
    if (duration < this.min) this.min = duration;
    if (duration > this.max) this.max = duration;
    this.durations.record(duration);
    this.seriesOf(status, error).record(duration);
  }

  /** A request whose client left; `status` is 0 when no head had been sent. */
  wasAborted(duration: Milliseconds, status: number): void {
    this.count++;
    this.frequency++;
    this.aborted++;
    this.seriesOf(status, 499).record(duration);
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
      const general = series.find((one) => one.status === code && Math.sign(one.error) === Math.sign(error));
      if (general !== undefined) return general;
      return this.#addSeries(code, error === 0 || error === 499 ? error : 500);
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

  turnWindow(): void {
    this.#atTurnBefore = this.#atLastTurn ?? new DurationHistogram();
    this.#atLastTurn = this.durations.copy();
    this.frequency /= 2;
  }

  /** Adds all that `other` has counted. */
  merge(other: RouteStats): void {
    this.count += other.count;
    this.aborted += other.aborted;
    this.longLived += other.longLived;
    for (let i = 0; i < this.classes.length; i++) this.classes[i]! += other.classes[i]!;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.requestBytes += other.requestBytes;
    this.responseBytes += other.responseBytes;
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
