import type { OwnerToken } from './dedupe-state.js';
import type { Outcome } from './outcome.js';

/** How a request that ran in this process ended. */
export interface FlightEnd {
  readonly outcome: Outcome;
  readonly verdict: 'success' | 'failure';
  /** What was thrown, for followers in this process. */
  readonly error?: unknown;
}

/** A request under way in this process. */
export interface Flight {
  readonly token: OwnerToken;
  /** Never rejects. */
  readonly ended: Promise<FlightEnd>;
}
