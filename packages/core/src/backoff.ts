import type { Random } from './random.js';
import type { Milliseconds, Ratio } from './units.js';

export interface BackoffOptions {
  /** The first delay. */
  readonly initial: Milliseconds;
  /** The cap, before jitter. */
  readonly max: Milliseconds;
  /** Share of the delay that chance may take off: 0 none, 1 all of it. @default 0 */
  readonly jitter?: Ratio | undefined;
  readonly random: Random;
}

/** The delay before attempt `attempt` (0 is the first retry): doubles each time, up to `max`, less jitter. */
export function backoffDelay(attempt: number, options: BackoffOptions): Milliseconds {
  const { initial, max, jitter = 0, random } = options;
  const full = Math.min(max, initial * 2 ** Math.min(attempt, 60));
  return full * (1 - jitter * random());
}
