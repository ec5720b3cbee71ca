import type { Bytes, Clock } from '@spark-perf/core';
import { clockOption, enumOption, integerOption, optionsObject } from '@spark-perf/core';
import { KeyedHash } from '../keyed-hash.js';
import { MonotoneTime } from '../monotone-time.js';
import { MemoryBudget } from '../table/memory-budget.js';
import type { SyncWindows, SyncWindowStore, WindowSpec, WindowStoreStats } from '../window-store.js';
import { MemoryWindows } from './memory-windows.js';

/** What happens to a key that finds no place in the table, all its neighbours being near their limit. */
export type TableFull = 'sketch' | 'deny' | 'allow';

export interface MemoryWindowStoreOptions {
  /** Places in the table, rounded down to a multiple of 8; from 64. @default 1_048_576 */
  readonly maxKeys?: number | undefined;
  /**
   * What table and sketch may take; from 64 KiB. Each plan has its first 64 places in any case.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxMemory?: Bytes | undefined;
  /**
   * `sketch`: a small sketch counts the key, rather too much than too little. `deny`: refused. `allow`: admitted and not
   * counted, outside the guarantee.
   * @default 'sketch'
   */
  readonly onTableFull?: TableFull | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** The defaults of `MemoryWindowStoreOptions`. */
export const MEMORY_WINDOW_STORE_DEFAULTS = Object.freeze({
  maxKeys: 2 ** 20,
  maxMemory: 64 * 2 ** 20,
  onTableFull: 'sketch',
});

const KNOWN = [...Object.keys(MEMORY_WINDOW_STORE_DEFAULTS), 'clock'];

/**
 * Counts in this process, in typed arrays of bounded size: no key strings, no object per key, no timers. A flood of new
 * keys never takes the place of a key that has used half of a limit, and what others had used is kept in a sketch.
 */
export class MemoryWindowStore implements SyncWindowStore {
  readonly synchronous = true;
  readonly #time: MonotoneTime;
  readonly #hash = new KeyedHash();
  readonly #budget: MemoryBudget;
  readonly #onTableFull: TableFull;
  readonly #opened: MemoryWindows[] = [];

  /** @throws InvalidOptionError */
  constructor(raw?: MemoryWindowStoreOptions) {
    const options = optionsObject('options', raw, KNOWN);
    const defaults = MEMORY_WINDOW_STORE_DEFAULTS;
    const maxKeys = integerOption('maxKeys', options.maxKeys, defaults.maxKeys, { min: 64 });
    const maxMemory = integerOption('maxMemory', options.maxMemory, defaults.maxMemory, { min: 65_536 });
    this.#onTableFull = enumOption<TableFull>('onTableFull', options.onTableFull, 'sketch', [
      'sketch',
      'deny',
      'allow',
    ]);
    this.#budget = new MemoryBudget(maxKeys, maxMemory);
    this.#time = new MonotoneTime(clockOption(options.clock));
  }

  open(spec: WindowSpec): SyncWindows {
    const windows = new MemoryWindows(spec, {
      time: this.#time,
      hash: this.#hash,
      budget: this.#budget,
      onTableFull: this.#onTableFull,
    });
    this.#opened.push(windows);
    return windows;
  }

  getStats(): Required<WindowStoreStats> {
    const tables = this.#opened.map(({ table }) => table);
    return {
      keys: tables.reduce((sum, { keys }) => sum + keys, 0),
      memory: this.#budget.bytes,
      evictions: tables.reduce((sum, { evictions }) => sum + evictions, 0),
    };
  }

  /** Forgets everything; the counters go on, from nothing. */
  close(): void {
    for (const windows of this.#opened) windows.resetAll();
  }
}
