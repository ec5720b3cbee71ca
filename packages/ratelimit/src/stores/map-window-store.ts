import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import { clockOption, every, integerOption, numberOption, optionsObject } from '@spark-perf/core';
import { MonotoneTime } from '../monotone-time.js';
import type { SyncWindows, SyncWindowStore, WindowSpec, WindowStoreStats } from '../window-store.js';
import { MapWindows } from './map-windows.js';

export interface MapWindowStoreOptions {
  /** Keys per set of policies; at the cap new keys are refused until a sweep makes room. @default 1_048_576 */
  readonly maxKeys?: number | undefined;
  /** How often keys whose windows have run out are dropped; at least 10. @default 60_000 */
  readonly cleanupInterval?: Milliseconds | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

const KNOWN = ['maxKeys', 'cleanupInterval', 'clock'];

/**
 * The same counting as `MemoryWindowStore`, in a `Map` of short lists: the readable reference, for those who want to
 * understand, debug or write a store. Several hundred bytes a key, and a sweep that takes its time.
 */
export class MapWindowStore implements SyncWindowStore {
  readonly synchronous = true;
  readonly #maxKeys: number;
  readonly #time: MonotoneTime;
  readonly #opened: MapWindows[] = [];
  readonly #sweeper: Timer;

  /** @throws InvalidOptionError */
  constructor(raw?: MapWindowStoreOptions) {
    const options = optionsObject('options', raw, KNOWN);
    const clock = clockOption(options.clock);
    this.#maxKeys = integerOption('maxKeys', options.maxKeys, 2 ** 20, { min: 1 });
    this.#time = new MonotoneTime(clock);
    const interval = numberOption('cleanupInterval', options.cleanupInterval, 60_000, { min: 10 });
    this.#sweeper = every(clock, interval, () => {
      for (const windows of this.#opened) windows.sweep();
    });
  }

  open(spec: WindowSpec): SyncWindows {
    const windows = new MapWindows(spec, this.#time, this.#maxKeys);
    this.#opened.push(windows);
    return windows;
  }

  getStats(): WindowStoreStats {
    return { keys: this.#opened.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Forgets everything and stops the sweep. */
  close(): void {
    this.#sweeper.cancel();
    for (const windows of this.#opened) windows.resetAll();
  }
}
