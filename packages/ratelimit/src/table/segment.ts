import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { RecordLayout } from './record-layout.js';
import { WAYS } from './record-layout.js';
import { relativeStep } from './window-counter.js';

/** Relative steps stay below 2^31, so that they are small integers to the engine. */
const MAX_STEP = 2 ** 31 - 2;

/** What a segment's objects take on the heap, roughly. */
const OVERHEAD: Bytes = 512;

/** A part of the table: sets of 8 ways, each with a tag and a record, in one buffer. */
export class Segment {
  readonly words: Int32Array;
  /** The step, policy by policy, that is 0 in here. Shared with the segment it comes from: replaced, never written. */
  bases: Float64Array;
  /** Places that are taken. */
  keys = 0;
  /** So many sets did not do for those that were to take its place: copying its records once more would be in vain. */
  tooSmall = 0;
  /** When a base must be moved. */
  rebaseAt: Milliseconds;

  constructor(
    readonly layout: RecordLayout,
    readonly sets: number,
    /** How many bits of the hash its keys have in common. */
    readonly depth: number,
    /** Whose records it takes. */
    from?: Segment,
  ) {
    this.words = new Int32Array(sets * layout.setWords);
    this.bases = from?.bases ?? new Float64Array(layout.counters.length);
    this.rebaseAt = from?.rebaseAt ?? this.#nextRebase();
  }

  static bytes(layout: RecordLayout, sets: number): Bytes {
    return sets * layout.setWords * 4 + OVERHEAD;
  }

  get slots(): number {
    return this.sets * WAYS;
  }

  /** Moves the bases up to `time`, dropping what has expired. O(slots); at most once in 24 days. */
  rebase(time: Milliseconds): void {
    const { counters, offsets, recordWords, setWords } = this.layout;
    const bases = Float64Array.from(this.bases);
    for (const [index, counter] of counters.entries()) {
      const { policy, stride } = counter;
      const base = bases[index] ?? 0;
      const step = relativeStep(policy, base, time);
      const steps = Math.max(0, Math.floor((step - policy.span) / stride) * stride);
      for (let set = 0; set < this.sets; set++) {
        for (let way = 0; way < WAYS; way++) {
          if (this.words[set * setWords + way] === 0) continue;
          const at = set * setWords + WAYS + way * recordWords + (offsets[index] ?? 0);
          if (counter.isExpired(this, at, step)) counter.clear(this, at, steps);
          counter.shift(this, at, steps);
        }
      }
      bases[index] = base + steps;
    }
    this.bases = bases;
    this.rebaseAt = this.#nextRebase();
  }

  #nextRebase(): Milliseconds {
    const times = this.layout.counters.map(({ policy }, index) =>
      Math.floor((((this.bases[index] ?? 0) + MAX_STEP - 2) * policy.unit) / policy.scale),
    );
    return Math.min(...times);
  }
}
