import type { Clock, Milliseconds } from '@spark-perf/core';
import { delay } from '@spark-perf/core';

/** What a timer of this length is late by is the delay of the event loop. */
const PROBE: Milliseconds = 5;
const PAUSE: Milliseconds = 50;
/** Even a process that is always late gets its cache warmed in the end. */
const LONGEST: Milliseconds = 5_000;

/** Resolves when the event loop is no later than `limit`, after 5 s at the latest. */
export async function eventLoopBrake(clock: Clock, limit: Milliseconds, signal: AbortSignal): Promise<void> {
  if (limit === Infinity) return;
  const until = clock.now() + LONGEST;
  for (;;) {
    const start = clock.now();
    await delay(clock, PROBE, { signal });
    if (clock.now() - start - PROBE <= limit || clock.now() >= until) return;
    await delay(clock, PAUSE, { signal });
  }
}
