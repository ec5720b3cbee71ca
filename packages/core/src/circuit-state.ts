import type { Milliseconds } from './units.js';

export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitBreakerStats {
  readonly state: CircuitState;
  readonly successes: number;
  readonly failures: number;
  /** Calls refused because the circuit was open. */
  readonly rejected: number;
  /** Times the circuit opened. */
  readonly opened: number;
  readonly consecutiveFailures: number;
  /** Time to the next probe; 0 unless open. */
  readonly retryAfter: Milliseconds;
}

/** What `enter` hands out and `succeed`/`fail`/`ignore` take back. */
export type CircuitTicket = number & { readonly __ticket?: never };

/** The breaker's state: each carries only what holds in it. */
export type BreakerState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly since: Milliseconds;
      readonly until: Milliseconds;
      readonly attempt: number;
    }
  | {
      readonly kind: 'half-open';
      readonly since: Milliseconds;
      readonly attempt: number;
      /** A probe that has told nothing by then is given up, and another may go. */
      readonly probeUntil: Milliseconds;
    };

export const CLOSED: BreakerState = { kind: 'closed' };
