import type { Milliseconds } from '@spark-perf/core';
import type { MemoryBudget } from './memory-budget.js';
import { moveRecords } from './move-records.js';
import { favouriteWay, freePlace, heatOf, lastStepOf, occupy, recordAt, setOf } from './places.js';
import type { RecordLayout } from './record-layout.js';
import { WAYS } from './record-layout.js';
import { Segment } from './segment.js';

/** Sets of the first segment. */
const SMALLEST = 8;
/** A segment with more sets than this is divided instead of enlarged. */
const LARGEST = 32;
/** Sets that the halves of a divided segment have more than half of it, or they would be full again at once. */
const SPARE = 2;
/** Sets that a segment from half of the largest on is enlarged by; a smaller one is doubled. */
const STEP = 4;
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
 * typed arrays. A key may be in either of two sets of its segment, which fills segments to more than 90 % before they
 * grow, each alone and by an eighth to a fifth: no step takes longer than copying one segment of 256 records, which is
 * about a millisecond even in a process that has just started and interprets this.
 *
 * A record is named by its first word in `segment`, which the methods set.
 */
export class SlotTable {
  segment: Segment;
  #evictions = 0;
  #keys = 0;
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

  /** Keys with a place, those included whose windows have run out. */
  get keys(): number {
    return this.#keys;
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
    while (place < 0 && this.#grow(this.segment, high, time)) {
      this.segment = this.#directory[high >>> this.#shift] as Segment;
      place = freePlace(this.segment, low, time);
    }
    if (place < 0) place = this.#evictColdest(low, time);
    if (place < 0) return -1;
    if (this.segment.words[place] === 0) {
      this.segment.keys++;
      this.#keys++;
    }
    return occupy(this.segment, place, high, low, time);
  }

  /** Gives all memory back; the table must not be used again. */
  drop(): void {
    for (const { slots, sets } of new Set(this.#directory))
      this.budget.force(-slots, -Segment.bytes(this.layout, sets));
    this.#directory = [];
    this.#keys = 0;
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

  /** Enlarges or divides the segment of a key, where the budget allows it. */
  #grow(old: Segment, high: number, time: Milliseconds): boolean {
    const { layout, budget } = this;
    const { sets, depth } = old;
    const divide = sets >= LARGEST;
    const least = divide ? (sets >>> 1) + SPARE : sets < LARGEST / 2 ? sets * 2 : sets + STEP;
    for (let wanted = Math.max(least, old.tooSmall + STEP); ; wanted += STEP) {
      const heirs = divide ? 2 : 1;
      const slots = (heirs * wanted - sets) * WAYS;
      const bytes = heirs * Segment.bytes(layout, wanted) - Segment.bytes(layout, sets);
      if (!budget.take(slots, bytes)) return false;
      const first = new Segment(layout, wanted, depth + heirs - 1, old);
      const second = divide ? new Segment(layout, wanted, depth + 1, old) : first;
      if (moveRecords(old, first, second, time)) {
        this.#keys += first.keys + (divide ? second.keys : 0) - old.keys;
        this.#replace(old, high, first, second);
        return true;
      }
      // Two full sets for one key, by chance: a little more room, if not now then at the next call.
      budget.force(-slots, -bytes);
      old.tooSmall = wanted;
    }
  }

  /** Puts two halves, which may be one, in the place of a segment. O(its entries in the directory). */
  #replace(old: Segment, high: number, first: Segment, second: Segment): void {
    if (first !== second && old.depth === 32 - this.#shift) this.#double();
    // A segment's entries are next to each other: their keys have the first `depth` bits in common.
    const entries = 2 ** (32 - this.#shift - old.depth);
    const start = Math.floor((high >>> this.#shift) / entries) * entries;
    for (let i = 0; i < entries; i++) this.#directory[start + i] = i < entries / 2 ? first : second;
  }

  #double(): void {
    const old = this.#directory;
    const directory = new Array<Segment>(2 * old.length);
    for (let i = 0; i < directory.length; i++) directory[i] = old[i >>> 1] as Segment;
    this.#directory = directory;
    this.#shift--;
  }
}
