import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { MemoryBudget } from './memory-budget.js';
import { moveRecords } from './move-records.js';
import { favouriteWay, freePlace, heatOf, lastStepOf, occupy, recordAt, setOf } from './places.js';
import type { RecordLayout } from './record-layout.js';
import { WAYS } from './record-layout.js';
import { Segment } from './segment.js';

/** Sets of the first segment. */
const SMALLEST = 8;
/** A segment with more sets than this is divided instead of enlarged. */
const LARGEST = 128;
/** Each half of a divided segment: more than half, or it would be full again at once. */
const HALF = 72;
/** Sets that an enlarged segment has more. */
const STEP = 8;
/** Keys that have used this share of a limit keep their place whatever comes. */
const HOT = 0.5;

/** Gets the counts of a key that loses its place. */
export type Evicted = (
  segment: Segment,
  record: number,
  high: number,
  low: number,
  time: Milliseconds,
) => void;

/**
 * Records by the 64-bit hash of their key: extendible hashing (Fagin et al., 1979) over set-associative segments in
 * typed arrays. A key may be in either of two sets of its segment, which fills segments to about 90 % before they grow,
 * each alone and by a tenth: no step takes longer than copying one segment of 1,024 records.
 *
 * A record is named by its first word in `segment`, which the methods set.
 */
export class SlotTable {
  segment: Segment;
  #evictions = 0;
  #directory: Segment[];
  /** The directory goes by the first 32 − shift bits of the hash. */
  #shift = 31;

  constructor(
    readonly layout: RecordLayout,
    readonly budget: MemoryBudget,
    readonly evicted: Evicted,
  ) {
    this.segment = new Segment(layout, SMALLEST, 0);
    budget.force(this.segment.slots, Segment.bytes(layout, SMALLEST));
    this.#directory = [this.segment, this.segment];
  }

  get evictions(): number {
    return this.#evictions;
  }

  get bytes(): Bytes {
    return this.#segments().reduce((sum, { sets }) => sum + Segment.bytes(this.layout, sets), 0);
  }

  /** Keys with a place, those included whose windows have run out. O(slots). */
  countKeys(): number {
    let keys = 0;
    for (const { words, sets } of this.#segments()) {
      for (let set = 0; set < sets; set++) {
        for (let way = 0; way < WAYS; way++) if (words[set * this.layout.setWords + way] !== 0) keys++;
      }
    }
    return keys;
  }

  /** The record of a key, or −1. */
  find(high: number, low: number, time: Milliseconds): number {
    const segment = this.#directory[high >>> this.#shift] as Segment;
    this.segment = segment;
    if (time > segment.rebaseAt) segment.rebase(time);
    const { words, layout, sets } = segment;
    const { setWords, recordWords } = layout;
    let set = (((low & 0xffff) * sets) >>> 16) * setWords;
    const favourite = favouriteWay(low);
    if (words[set + favourite] === high) {
      const record = set + WAYS + favourite * recordWords;
      if (words[record] === low) return record;
    }
    for (let half = 0; half < 2; half++) {
      for (let way = 0; way < WAYS; way++) {
        if (words[set + way] === high) {
          const record = set + WAYS + way * recordWords;
          if (words[record] === low) return record;
        }
      }
      set = (((low >>> 16) * sets) >>> 16) * setWords;
    }
    return -1;
  }

  /**
   * A cleared record for a key that has none: an empty place, else an expired one, else a new one in a larger segment,
   * else that of the coldest neighbour, whose counts go to `evicted`. −1 when all neighbours are hot.
   */
  claim(high: number, low: number, time: Milliseconds): number {
    this.segment = this.#directory[high >>> this.#shift] as Segment;
    let place = freePlace(this.segment, low, time);
    while (place < 0 && this.#grow(this.segment, time)) {
      this.segment = this.#directory[high >>> this.#shift] as Segment;
      place = freePlace(this.segment, low, time);
    }
    if (place < 0) place = this.#evictColdest(low, time);
    if (place < 0) return -1;
    return occupy(this.segment, place, high, low, time);
  }

  /** Gives all memory back; the table must not be used again. */
  drop(): void {
    for (const { slots, sets } of this.#segments())
      this.budget.force(-slots, -Segment.bytes(this.layout, sets));
    this.#directory = [];
  }

  #segments(): Segment[] {
    return [...new Set(this.#directory)];
  }

  #evictColdest(low: number, time: Milliseconds): number {
    const { segment } = this;
    let coldest = -1;
    let coldestHeat = HOT;
    let coldestStep = 0;
    for (let half = 0; half < 2; half++) {
      const set = setOf(segment, low, half);
      for (let way = 0; way < WAYS; way++) {
        const record = recordAt(segment, set + way);
        const heat = heatOf(segment, record);
        const step = lastStepOf(segment, record);
        if (heat < coldestHeat || (heat === coldestHeat && coldest >= 0 && step < coldestStep)) {
          coldest = set + way;
          coldestHeat = heat;
          coldestStep = step;
        }
      }
    }
    if (coldest < 0) return -1;
    const record = recordAt(segment, coldest);
    this.#evictions++;
    this.evicted(segment, record, segment.words[coldest] as number, segment.words[record] as number, time);
    return coldest;
  }

  /** Enlarges or divides a segment, where the budget allows it. */
  #grow(old: Segment, time: Milliseconds): boolean {
    const { sets, depth } = old;
    const divide = sets >= LARGEST;
    let wanted = divide ? HALF : sets < 64 ? sets * 2 : sets + STEP;
    for (; ; wanted += STEP) {
      const added = (divide ? 2 * wanted : wanted) - sets;
      if (!this.budget.take(added * WAYS, Segment.bytes(this.layout, added))) return false;
      const heirs = divide
        ? [
            new Segment(this.layout, wanted, depth + 1, old.bases),
            new Segment(this.layout, wanted, depth + 1, old.bases),
          ]
        : [new Segment(this.layout, wanted, depth, old.bases)];
      if (moveRecords(old, heirs, time)) {
        this.#replace(old, heirs);
        return true;
      }
      // Two full sets for one key, by chance: a little more room.
      this.budget.force(-added * WAYS, -Segment.bytes(this.layout, added));
    }
  }

  #replace(old: Segment, heirs: readonly Segment[]): void {
    if (heirs.length > 1 && old.depth === 32 - this.#shift) {
      this.#directory = this.#directory.flatMap((segment) => [segment, segment]);
      this.#shift--;
    }
    const bit = 31 - this.#shift - old.depth;
    this.#directory = this.#directory.map((segment, index) =>
      segment === old ? (heirs[heirs.length > 1 ? (index >>> bit) & 1 : 0] as Segment) : segment,
    );
  }
}
