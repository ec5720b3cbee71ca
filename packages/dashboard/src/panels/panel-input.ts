import type { RateBook } from '../snapshot/rate-book.js';

/** What panels share while one snapshot is made. */
export interface PanelInput {
  /** Between about a second ago and now. */
  readonly rates: RateBook;
  /** Between about ten seconds ago and now: for shares, which a second's few requests make jump. */
  readonly shares: RateBook;
  /** What charts draw; panels put their points in. */
  readonly points: Record<string, number>;
}
