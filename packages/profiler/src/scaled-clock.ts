import type { Clock, Milliseconds } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';

/** A clock that runs `scale` times as fast as the system's: an hour of a detector's gates in a minute, with 60. */
export function scaledClock(scale: number): Clock {
  const origin: Milliseconds = systemClock.wallNow();
  const start: Milliseconds = systemClock.now();
  const now = (): Milliseconds => (systemClock.now() - start) * scale;
  return {
    now,
    wallNow: () => origin + now(),
    setTimeout: (fn, ms, options) => systemClock.setTimeout(fn, ms / scale, options),
  };
}
