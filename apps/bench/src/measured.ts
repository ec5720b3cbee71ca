/** A figure taken several times. */
export interface Measured {
  /** The median of the rounds. */
  readonly value: number;
  readonly unit: string;
  /** Half the distance between the quartiles, as a share of the median: 0.02 is ± 2 %. */
  readonly spread: number;
  /** Every round, in the order taken. */
  readonly rounds: readonly number[];
}

/** Sums rounds up: the median, since a busy machine only ever disturbs upwards. */
export function measured(rounds: readonly number[], unit: string): Measured {
  const sorted = [...rounds].sort((a, b) => a - b);
  const value = quantile(sorted, 0.5);
  const spread = value === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / Math.abs(value);
  return { value, unit, spread, rounds };
}

/** The quantile `q` (0 to 1) of sorted values, linearly between neighbours; NaN of none. */
export function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}
