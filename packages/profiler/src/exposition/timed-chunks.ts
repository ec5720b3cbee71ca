import type { Clock, Milliseconds } from '@spark-perf/core';

/** Time a piece of work may take before others get their turn. */
const SLICE: Milliseconds = 0.5;
/** Reading the clock costs a twentieth of a line; a line that is rendered for the first time may cost 20 µs. */
const LINES_PER_LOOK = 2;
/** What is written at once: encoding it and handing it to the system is part of no slice. */
const PIECE = 16 * 1024;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Joins lines into pieces of about 16 KiB, and lets the event loop go round after each of them and whenever a slice of
 * half a millisecond is used up: a long exposition must not hold up requests. There is one slice to a turn of the loop,
 * also when the reader has just asked for more.
 */
export async function* timedChunks(clock: Clock, lines: Iterable<string>): AsyncGenerator<string> {
  let piece = '';
  let count = 0;
  let until = clock.now() + SLICE;
  for (const line of lines) {
    piece += line;
    const full = piece.length >= PIECE;
    if (full) {
      yield piece;
      piece = '';
    }
    if (full || (++count % LINES_PER_LOOK === 0 && clock.now() >= until)) {
      await turn();
      until = clock.now() + SLICE;
    }
  }
  if (piece !== '') yield piece;
}
