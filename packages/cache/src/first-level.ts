import type { Clock, Milliseconds } from '@spark-perf/core';
import type { Capture } from './capture.js';
import type { TagTable } from './coherence/tag-table.js';
import type { HotEntry, HotMeta } from './hot-entry.js';
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
  /** The monotonic time, where the caller has it. */
  readonly now: Milliseconds | undefined;
}

const NO_TAGS: readonly string[] = Object.freeze([]);
const NOTHING: HotMeta = Object.freeze({ stamp: -2, extra: undefined });

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
  #plain: HotMeta = { stamp: 0, extra: undefined };
  /** What ordinary entries have that pass unverified, or what no entry has. */
  #passing: HotMeta = NOTHING;
  hits = 0;

  constructor(memory: MemoryLevel<HotEntry>, tags: TagTable, clock: Clock, verified: boolean) {
    this.#memory = memory;
    this.#tags = tags;
    this.#clock = clock;
    this.#accepted = verified ? 0 : -1;
    this.#choosePassing();
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
    return hot === undefined || hot.meta === this.#passing || this.#passes(hot.meta) ? hot : undefined;
  }

  /** The entry if it is valid, fresh or within its grace. `verified: false` takes also what ought to be verified. */
  valid(key: string, verified: boolean): HotEntry | undefined {
    const hot = this.#memory.peek(key);
    if (hot === undefined || (verified && hot.meta.stamp !== this.#accepted && !this.#lenient))
      return undefined;
    return hot.meta.extra === undefined || !this.#tags.changedSince(hot.meta.extra.tags, hot.meta.extra.seq)
      ? hot
      : undefined;
  }

  isStale(hot: HotEntry): boolean {
    return hot.meta.extra !== undefined && hot.meta.extra.softUntil <= this.#clock.now();
  }

  age(key: string, hot: HotEntry): Milliseconds {
    return hot.meta.extra === undefined ? this.#memory.age(key) : this.#clock.now() - hot.meta.extra.created;
  }

  put(key: string, put: HotPut, seq: number, stamp: number): void {
    const { value, mutable, bytes, soft, hard, age, tags } = put;
    if (!(hard > 0)) {
      this.#memory.delete(key);
      return;
    }
    const own = tags.length > 1 ? tags.slice(1) : NO_TAGS;
    const plain = !mutable && own.length === 0 && hard <= soft && age === 0;
    const meta = plain ? this.#plainMeta(stamp) : this.#meta(put, own, seq, stamp);
    this.#memory.set(key, { value, meta }, hard, bytes + key.length);
  }

  /** Keeps what was fetched or promoted, unless it has been overtaken. */
  commit(capture: Capture, put: HotPut): boolean {
    if (!capture.current(put.tags)) return false;
    this.put(capture.key, put, capture.seq, capture.since.stamp);
    return true;
  }

  delete(key: string): void {
    this.#memory.delete(key);
  }

  clear(): void {
    this.#memory.clear();
  }

  /** From now on what was put in before is verified before use; while `open` is false, everything is. */
  distrust(open: boolean): void {
    this.#stamp++;
    this.#accepted = open ? this.#stamp : -1;
    this.#choosePassing();
  }

  set lenient(lenient: boolean) {
    this.#lenient = lenient;
  }

  #passes({ stamp, extra }: HotMeta): boolean {
    if (stamp !== this.#accepted && !this.#lenient) return false;
    return (
      extra === undefined ||
      (extra.softUntil > this.#clock.now() && !this.#tags.changedSince(extra.tags, extra.seq))
    );
  }

  #plainMeta(stamp: number): HotMeta {
    if (this.#plain.stamp !== stamp) {
      this.#plain = { stamp, extra: undefined };
      this.#choosePassing();
    }
    return this.#plain;
  }

  #choosePassing(): void {
    this.#passing = this.#plain.stamp === this.#accepted ? this.#plain : NOTHING;
  }

  #meta(put: HotPut, tags: readonly string[], seq: number, stamp: number): HotMeta {
    const { mutable, soft, age, now = this.#clock.now() } = put;
    return { stamp, extra: { softUntil: now + soft, created: now - age, tags, seq, mutable } };
  }
}
