import type { Clock, Milliseconds } from '@spark-perf/core';

/** Time a piece of work may take before others get their turn. */
const SLICE: Milliseconds = 1;
/** Reading the clock costs a tenth of a line; a line that is rendered for the first time may cost 20 µs. */
const LINES_PER_LOOK = 8;
const PIECE = 64 * 1024;

/**
 * Joins lines into pieces of about 64 KiB, and lets the event loop go round whenever a slice of 1 ms is used up: a
 * long exposition must not hold up requests.
 */
export async function* timedChunks(clock: Clock, lines: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  let until = clock.now() + SLICE;
  let count = 0;
  for (const line of lines) {
    piece += line;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
    if (++count % LINES_PER_LOOK === 0 && clock.now() >= until) {
      await new Promise((resolve) => setImmediate(resolve));
      until = clock.now() + SLICE;
    }
  }
  if (piece !== '') yield piece;
}
