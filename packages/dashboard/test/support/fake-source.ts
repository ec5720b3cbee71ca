import type { MetricFamily } from '@spark-perf/core';
import type { Source } from '../../src/index.js';

type Values = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** A family for each entry: a number, or one by the values of a label (`name|label`). */
export function families(type: MetricFamily['type'], values: Values): MetricFamily[] {
  return Object.entries(values).map(([key, value]) => {
    const [name = '', label = 'state'] = key.split('|');
    const samples =
      typeof value === 'number'
        ? [{ labels: {}, value }]
        : Object.entries(value).map(([one, amount]) => ({ labels: { [label]: one }, value: amount }));
    return { name, type, help: 'A figure.', samples };
  });
}

/** A source with what `figures` gives at the moment of asking. */
export class FakeSource implements Source {
  readonly #listeners = new Map<string, Set<(payload: never) => unknown>>();

  constructor(
    readonly figures: () => readonly MetricFamily[],
    readonly stats: () => unknown = () => ({}),
  ) {}

  collect(): readonly MetricFamily[] {
    return this.figures();
  }

  getStats(): unknown {
    return this.stats();
  }

  on(event: string, listener: (payload: never) => unknown): unknown {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit(event: string, payload: object): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never);
  }
}
