import type { Milliseconds, Ratio } from '@spark-perf/core';

/** Counting units of 10 ns: at 1 µs a bucket is 1 % wide, its midpoint at most 0.5 % off. */
const UNITS_PER_MS = 1e5;
/** 64 buckets to a power of two: the midpoint of one is at most 1/128 off. */
const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;
/** The linear part and 33 powers of two: up to 2^39 units, 92 minutes. */
const OCTAVES = 34;
const TOP = 2 ** 39;

/** Plain data of a `DurationHistogram`. */
export interface DurationHistogramData {
  /** Index and count of each filled bucket by turns, lowest first: flat, for a pair of each would be ten times the garbage. */
  readonly buckets: readonly number[];
}

/**
 * Durations in log-linear buckets, the layout of HdrHistogram (G. Tene). The relative error of a percentile is below
 * 1 % from 1 µs to over an hour, two histograms add up exactly, recording is O(1).
 *
 * Each power of two has an array of its own, made when first met: a route whose durations stay within eight of them
 * costs about 5 KiB; 34, the most, about 24 KiB. Counts are doubles: they don't wrap.
 */
export class DurationHistogram {
  readonly #octaves: (Float64Array | undefined)[] = new Array<Float64Array | undefined>(OCTAVES).fill(
    undefined,
  );
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Counts `duration` (what is negative or no number counts as 0), `times` times. */
  record(duration: Milliseconds, times = 1): void {
    let units = duration > 0 ? duration * UNITS_PER_MS : 0;
    let octave = 0;
    let index: number;
    if (units < SUB) {
      index = units | 0;
    } else if (units < 0x7fffffff) {
      const shift = 31 - Math.clz32(units) - SUB_BITS;
      octave = shift + 1;
      index = ((units | 0) >>> shift) - SUB;
    } else {
      if (units >= TOP) units = TOP - 1;
      const shift = 31 + 31 - Math.clz32(units / 2 ** 31) - SUB_BITS;
      octave = shift + 1;
      index = Math.floor(units / 2 ** shift) - SUB;
    }
    const counts = this.#octaves[octave] ?? this.#add(octave);
    counts[index]! += times;
    this.#count += times;
  }

  #add(octave: number): Float64Array {
    return (this.#octaves[octave] = new Float64Array(SUB));
  }

  /** The duration that a share `q` of the recorded ones does not exceed, at its bucket's midpoint; 0 when empty. */
  percentile(q: Ratio): Milliseconds {
    return this.percentiles([q])[0] ?? 0;
  }

  /** The percentiles of several shares, given in ascending order, in one pass. */
  percentiles(shares: readonly Ratio[]): Milliseconds[] {
    const found: Milliseconds[] = [];
    const rankOf = (at: number): number => Math.max(1, Math.ceil((shares[at] ?? Infinity) * this.#count));
    let rank = rankOf(0);
    let seen = 0;
    for (let octave = 0; octave < OCTAVES && found.length < shares.length; octave++) {
      const counts = this.#octaves[octave];
      if (counts === undefined) continue;
      for (let i = 0; i < SUB; i++) {
        seen += counts[i]!;
        while (seen >= rank) {
          found.push(midpoint(octave * SUB + i));
          rank = rankOf(found.length);
        }
      }
    }
    while (found.length < shares.length) found.push(0);
    return found;
  }

  /** Adds all that `other` has counted. */
  merge(other: DurationHistogram): void {
    this.#combine(other, 1);
  }

  /** Takes off what `earlier`, a copy of this one, had counted. */
  subtract(earlier: DurationHistogram): void {
    this.#combine(earlier, -1);
  }

  #combine(other: DurationHistogram, sign: 1 | -1): void {
    for (let octave = 0; octave < OCTAVES; octave++) {
      const theirs = other.#octaves[octave];
      if (theirs === undefined) continue;
      const ours = this.#octaves[octave] ?? this.#add(octave);
      for (let i = 0; i < SUB; i++) ours[i]! += sign * theirs[i]!;
    }
    this.#count += sign * other.#count;
  }

  copy(): DurationHistogram {
    const copy = new DurationHistogram();
    this.#octaves.forEach((counts, octave) => {
      if (counts !== undefined) copy.#octaves[octave] = counts.slice();
    });
    copy.#count = this.#count;
    return copy;
  }

  reset(): void {
    for (const counts of this.#octaves) counts?.fill(0);
    this.#count = 0;
  }

  toJSON(): DurationHistogramData {
    return this.dataSince(undefined);
  }

  /** What `toJSON` tells of those recorded after `earlier`, a copy of this one, was made. */
  dataSince(earlier: DurationHistogram | undefined): DurationHistogramData {
    // Counted first: an array that grows while it is filled leaves twice its size behind.
    const buckets = new Array<number>(2 * this.#filled(earlier));
    let at = 0;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const counts = this.#octaves[octave];
      if (counts === undefined) continue;
      const before = earlier === undefined ? undefined : earlier.#octaves[octave];
      for (let i = 0; i < SUB; i++) {
        const count = before === undefined ? counts[i]! : counts[i]! - before[i]!;
        if (count === 0) continue;
        buckets[at++] = octave * SUB + i;
        buckets[at++] = count;
      }
    }
    return { buckets };
  }

  #filled(earlier: DurationHistogram | undefined): number {
    let filled = 0;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const counts = this.#octaves[octave];
      if (counts === undefined) continue;
      const before = earlier === undefined ? undefined : earlier.#octaves[octave];
      for (let i = 0; i < SUB; i++) if (counts[i] !== (before === undefined ? 0 : before[i])) filled++;
    }
    return filled;
  }

  /** The inverse of `toJSON`. Buckets that can't be are left out. */
  static fromJSON(data: DurationHistogramData): DurationHistogram {
    const histogram = new DurationHistogram();
    const { buckets } = data;
    for (let at = 0; at < buckets.length; at += 2) {
      const [index, count] = [buckets[at]!, buckets[at + 1]!];
      if (!Number.isInteger(index) || index < 0 || index >= OCTAVES * SUB || !(count > 0)) continue;
      const octave = Math.floor(index / SUB);
      const counts = histogram.#octaves[octave] ?? histogram.#add(octave);
      counts[index % SUB]! += count;
      histogram.#count += count;
    }
    return histogram;
  }
}

function midpoint(index: number): Milliseconds {
  if (index < SUB) return (index + 0.5) / UNITS_PER_MS;
  const octave = Math.floor(index / SUB) - 1;
  return (((index % SUB) + SUB + 0.5) * 2 ** octave) / UNITS_PER_MS;
}
