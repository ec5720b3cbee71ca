import type { Milliseconds, Ratio } from '@spark-perf/core';

export interface SlowStartOptions {
  /** How long a server that joined or recovered takes to its full share. Above 0. */
  readonly window: Milliseconds;
  /** 1 is linear; above, the share grows faster at first. From 0.1 to 10. @default 1 */
  readonly aggression?: number | undefined;
  /** The share at the start. @default 0.1 */
  readonly minWeight?: Ratio | undefined;
}

/** The share of its weight that a server has `age` after its start. Source: Envoy's slow start mode. */
export function slowStartShare(options: Required<SlowStartOptions>, age: Milliseconds): Ratio {
  const { window, aggression, minWeight } = options as {
    window: number;
    aggression: number;
    minWeight: number;
  };
  if (age >= window) return 1;
  return Math.max(minWeight, (Math.max(0, age) / window) ** (1 / aggression));
}
