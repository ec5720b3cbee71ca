import type { Emitter, Milliseconds } from '@spark-perf/core';
import type { Counters } from './counters.js';
import type { Entry } from './entry.js';
import type { ConnectionPoolEvents } from './events.js';
import type { ResolvedOptions } from './resolve-options.js';

/** Every how many borrows a stack is captured once a leak has been seen: one costs as much as 20 borrows. */
const SAMPLE = 16;

/** Finds connections that are borrowed for suspiciously long. */
export class LeakDetector<T> {
  #seen = false;
  #borrows = 0;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly counters: Counters,
    private readonly events: Emitter<ConnectionPoolEvents<T>>,
  ) {}

  onBorrow(entry: Entry<T>): void {
    entry.leakReported = false;
    entry.stack = this.#seen && this.#borrows++ % SAMPLE === 0 ? captureStack() : undefined;
  }

  /** Reports each leak once. */
  look(entries: Iterable<Entry<T>>, now: Milliseconds): void {
    const { leakDetection, logger, name } = this.options;
    for (const entry of entries) {
      if (entry.leakReported || !entry.lent || now - entry.borrowedAt < leakDetection) continue;
      entry.leakReported = this.#seen = true;
      this.counters.leaks++;
      const { resource: connection, label, stack } = entry;
      const heldFor = now - entry.borrowedAt;
      const borrower = label === undefined ? '' : ` by ${label}`;
      const message = `pool ${name}: a connection has been borrowed${borrower} for ${Math.round(heldFor)} ms`;
      if (stack === undefined) logger.warn(message);
      else logger.warn(message, stack);
      this.events.emit('leak', { connection, heldFor, label, stack });
    }
  }
}

function captureStack(): string | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, captureStack);
  return holder.stack;
}
