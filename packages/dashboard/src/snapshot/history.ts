import type { Milliseconds } from '@spark-perf/core';

/** Five minutes at one point a second. */
const POINTS = 300;
const SPAN: Milliseconds = 5 * 60_000;

/** What a chart needs of a series: when, and how much. */
export interface Series {
  readonly at: readonly Milliseconds[];
  readonly values: readonly (number | null)[];
}

/** All of it as plain data. */
export interface HistoryData {
  readonly at: readonly Milliseconds[];
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
  readonly heat: readonly (readonly number[])[];
}

/** The last five minutes of every series. Runs in the server and in the page alike. */
export class History {
  #at: Milliseconds[] = [];
  #heat: (readonly number[])[] = [];
  readonly #series = new Map<string, (number | null)[]>();

  push(at: Milliseconds, points: Readonly<Record<string, number>>, heat: readonly number[]): void {
    const before = this.#at.length;
    this.#at.push(at);
    this.#heat.push(heat);
    for (const name of Object.keys(points)) {
      if (!this.#series.has(name)) this.#series.set(name, new Array<null>(before).fill(null));
    }
    for (const [name, values] of this.#series) values.push(points[name] ?? null);
    let old = 0;
    while (old < this.#at.length && (this.#at.length - old > POINTS || this.#at[old]! < at - SPAN)) old++;
    if (old > 0) this.#drop(old);
  }

  series(name: string): Series {
    return { at: this.#at, values: this.#series.get(name) ?? [] };
  }

  heat(): { readonly at: readonly Milliseconds[]; readonly columns: readonly (readonly number[])[] } {
    return { at: this.#at, columns: this.#heat };
  }

  toJSON(): HistoryData {
    const rounded = (value: number | null): number | null =>
      value === null ? null : Number(value.toPrecision(4));
    const series = [...this.#series].map(([name, values]) => [name, values.map(rounded)] as const);
    return { at: this.#at, series: Object.fromEntries(series), heat: this.#heat };
  }

  static fromJSON(data: HistoryData): History {
    const history = new History();
    history.#at = [...data.at];
    history.#heat = [...data.heat];
    for (const [name, values] of Object.entries(data.series)) history.#series.set(name, [...values]);
    return history;
  }

  #drop(count: number): void {
    this.#at = this.#at.slice(count);
    this.#heat = this.#heat.slice(count);
    for (const [name, values] of this.#series) {
      const left = values.slice(count);
      // A series of something that is gone leaves with its last point.
      if (left.every((value) => value === null)) this.#series.delete(name);
      else this.#series.set(name, left);
    }
  }
}
