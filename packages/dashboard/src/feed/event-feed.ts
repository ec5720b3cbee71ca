import { printable } from '@spark-perf/core';
import type { FeedEntry } from './feed-entry.js';

const LONGEST = 200;

/** The last events, oldest first. The same one again and again is one entry that counts. */
export class EventFeed {
  #entries: FeedEntry[] = [];
  #next = 1;

  constructor(readonly capacity: number) {}

  add(event: Omit<FeedEntry, 'id' | 'times'>): void {
    this.take({ ...event, text: printable(event.text, LONGEST), times: 1 });
  }

  /** Takes over an entry, as of another process, under a number of its own. */
  take(entry: Omit<FeedEntry, 'id'>): void {
    const last = this.#entries.at(-1);
    const id = this.#next++;
    if (last?.text === entry.text && last.source === entry.source) {
      this.#entries[this.#entries.length - 1] = { ...entry, id, times: last.times + entry.times };
      return;
    }
    this.#entries.push({ ...entry, id });
    if (this.#entries.length > this.capacity) this.#entries.shift();
  }

  /** What came or changed after entry `id`. */
  since(id: number): readonly FeedEntry[] {
    return this.#entries.filter((entry) => entry.id > id);
  }

  list(): readonly FeedEntry[] {
    return this.#entries.slice();
  }
}
