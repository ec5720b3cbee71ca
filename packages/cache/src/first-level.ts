import type { Clock, Milliseconds } from '@spark-perf/core';
import type { Capture } from './capture.js';
import type { TagTable } from './coherence/tag-table.js';
import type { HotEntry } from './hot-entry.js';
import type { MemoryLevel } from './levels/memory-level.js';

/** How a value is to be kept. */
export interface HotPut {
  readonly value: unknown;
  readonly mutable: boolean;
  readonly bytes: number;
  readonly soft: Milliseconds;
  readonly hard: Milliseconds;
  readonly age: Milliseconds;
  readonly tags: readonly string[];
  readonly generation: number;
}

/** The level in this process, as coherence wants it: what may be outdated is not given out unverified. */
export class FirstLevel {
  readonly #memory: MemoryLevel<HotEntry>;
  readonly #tags: TagTable;
  readonly #clock: Clock;
  /** Given to what is put in. Moves on when messages may have been lost. */
  #stamp = 0;
  /** What passes unverified; -1 while nothing does. */
  #accepted: number;
  /** While the shared level is down there is nothing to verify against. */
  #lenient = false;
  hits = 0;

  constructor(memory: MemoryLevel<HotEntry>, tags: TagTable, clock: Clock, verified: boolean) {
    this.#memory = memory;
    this.#tags = tags;
    this.#clock = clock;
    this.#accepted = verified ? 0 : -1;
  }

  get stamp(): number {
    return this.#stamp;
  }

  get size(): number {
    return this.#memory.size;
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  /** The entry if it can be given out now. */
  fresh(key: string): HotEntry | undefined {
    const hot = this.#memory.get(key);
    if (hot === undefined || (hot.stamp !== this.#accepted && !this.#lenient)) return undefined;
    return hot.extra === undefined || this.#isFresh(hot) ? hot : undefined;
  }

  /** The entry if it is valid, fresh or within its grace. `verified: false` takes also what ought to be verified. */
  valid(key: string, verified: boolean): HotEntry | undefined {
    const hot = this.#memory.peek(key);
    if (hot === undefined || (verified && hot.stamp !== this.#accepted && !this.#lenient)) return undefined;
    return hot.extra === undefined || !this.#tags.changedSince(hot.extra.tags, hot.extra.seq)
      ? hot
      : undefined;
  }

  isStale(hot: HotEntry): boolean {
    return hot.extra !== undefined && hot.extra.softUntil <= this.#clock.now();
  }

  age(key: string, hot: HotEntry): Milliseconds {
    return hot.extra === undefined ? this.#memory.age(key) : this.#clock.now() - hot.extra.created;
  }

  put(key: string, put: HotPut, seq: number, stamp: number): HotEntry | undefined {
    const { value, mutable, bytes, soft, hard, age, tags, generation } = put;
    if (!(hard > 0)) {
      this.#memory.delete(key);
      return undefined;
    }
    const own = tags.length > 1 ? tags.slice(1) : [];
    const plain = !mutable && own.length === 0 && hard <= soft && age === 0;
    const now = plain ? 0 : this.#clock.now();
    const extra = plain ? undefined : { softUntil: now + soft, created: now - age, tags: own, seq, mutable };
    const hot: HotEntry = { value, generation, stamp, extra };
    this.#memory.set(key, hot, hard, bytes + key.length);
    return hot;
  }

  /** Keeps what was fetched or promoted, unless it has been overtaken. */
  commit(capture: Capture, put: HotPut): boolean {
    if (!capture.current(put.tags)) return false;
    this.put(capture.key, put, capture.seq, capture.stamp);
    return true;
  }

  delete(key: string): void {
    this.#memory.delete(key);
  }

  /** Forgets `hot` if it is still there. */
  deleteIf(key: string, hot: HotEntry): void {
    if (this.#memory.peek(key) === hot) this.#memory.delete(key);
  }

  clear(): void {
    this.#memory.clear();
  }

  /** From now on what was put in before is verified before use; while `open` is false, everything is. */
  distrust(open: boolean): void {
    this.#stamp++;
    this.#accepted = open ? this.#stamp : -1;
  }

  set lenient(lenient: boolean) {
    this.#lenient = lenient;
  }

  #isFresh({ extra }: HotEntry): boolean {
    return extra!.softUntil > this.#clock.now() && !this.#tags.changedSince(extra!.tags, extra!.seq);
  }
}
