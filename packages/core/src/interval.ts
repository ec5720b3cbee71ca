import type { Clock, Timer } from './clock.js';
import type { Milliseconds } from './units.js';

/**
 * Calls `fn` every `ms` until cancelled, without keeping the process alive. A tick that is late delays the
 * next one: ticks never pile up. `ms` may be a function, asked before each tick (jitter, adaptive intervals).
 */
export function every(clock: Clock, ms: Milliseconds | (() => Milliseconds), fn: () => void): Timer {
  let cancelled = false;
  let timer: Timer;
  const arm = (): void => {
    timer = clock.setTimeout(tick, typeof ms === 'function' ? ms() : ms);
  };
  const tick = (): void => {
    try {
      fn();
    } finally {
      if (!cancelled) arm();
    }
  };
  arm();
  return {
    cancel() {
      cancelled = true;
      timer.cancel();
    },
  };
}
