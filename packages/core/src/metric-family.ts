/** One value of a family. For a `histogram` or `summary` the name's suffix (`_bucket`, `_sum`, …) is given too. */
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Appended to the family's name, with its underscore: `_bucket`, `_sum`, `_count`. Counters need none. */
  readonly suffix?: string | undefined;
}

/** A metric and all its samples, as OpenMetrics understands the words. */
export interface MetricFamily {
  /** Snake case, ending in the unit where there is one; a counter's without `_total`. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'unknown';
  /** One sentence for people. */
  readonly help: string;
  /** The unit the name ends in: `seconds`, `bytes`, `ratio`. */
  readonly unit?: string | undefined;
  readonly samples: readonly MetricSample[];
}

/** Whoever has figures. Every engine is one. */
export interface MetricSource {
  collect(): readonly MetricFamily[];
}
