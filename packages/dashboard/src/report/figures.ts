import type { MetricFamily, MetricSample } from '@spark-perf/core';

type Labels = Readonly<Record<string, string>>;

/** Metric families by name, for whoever needs single figures of them. */
export class Figures {
  readonly #families: ReadonlyMap<string, MetricFamily>;

  constructor(families: readonly MetricFamily[]) {
    this.#families = new Map(families.map((family) => [family.name, family]));
  }

  get families(): Iterable<MetricFamily> {
    return this.#families.values();
  }

  has(name: string): boolean {
    return this.#families.has(name);
  }

  samples(name: string): readonly MetricSample[] {
    return this.#families.get(name)?.samples ?? [];
  }

  /** The sum of the samples that have these labels; 0 where there are none. */
  total(name: string, labels: Labels = {}, suffix?: string): number {
    let sum = 0;
    for (const sample of this.samples(name)) {
      if (sample.suffix === suffix && matches(sample.labels, labels)) sum += sample.value;
    }
    return sum;
  }

  /** The greatest of them. */
  most(name: string, labels: Labels = {}): number {
    let most = 0;
    for (const sample of this.samples(name)) {
      if (sample.suffix === undefined && matches(sample.labels, labels)) most = Math.max(most, sample.value);
    }
    return most;
  }
}

function matches(labels: Labels, wanted: Labels): boolean {
  for (const name in wanted) if (labels[name] !== wanted[name]) return false;
  return true;
}
