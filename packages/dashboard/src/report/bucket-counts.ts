import type { Milliseconds, Ratio } from '@spark-perf/core';

/** The filled buckets of a log-linear histogram as the profiler serialises them: index and count by turns, lowest first. */
export type BucketCounts = readonly number[];

const UNIT: Milliseconds = 1e-5;
const SUB = 64;
/** More buckets than either histogram has. */
const MOST = SUB * 40;

/** Several histograms as one. */
export function addBuckets(parts: readonly BucketCounts[]): BucketCounts {
  if (parts.length === 1) return parts[0]!;
  const sums = new Float64Array(MOST);
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      const bucket = part[i]!;
      if (bucket >= 0 && bucket < MOST) sums[bucket]! += part[i + 1]!;
    }
  }
  const filled: number[] = [];
  for (let bucket = 0; bucket < MOST; bucket++) if (sums[bucket] !== 0) filled.push(bucket, sums[bucket]!);
  return filled;
}

/** Percentiles in one pass, `shares` ascending; 0 when nothing was counted. At most 1 % off. */
export function percentiles<const Q extends readonly Ratio[]>(
  buckets: BucketCounts,
  shares: Q,
): { -readonly [K in keyof Q]: Milliseconds } {
  let total = 0;
  for (let i = 1; i < buckets.length; i += 2) total += buckets[i]!;
  const ranks = shares.map((share) => Math.max(1, Math.ceil(share * total)));
  const found = new Array<Milliseconds>(shares.length).fill(0);
  let seen = 0;
  let next = 0;
  for (let i = 0; i < buckets.length && next < ranks.length; i += 2) {
    seen += buckets[i + 1]!;
    while (next < ranks.length && seen >= ranks[next]!) found[next++] = midpoint(buckets[i]!);
  }
  return found as { -readonly [K in keyof Q]: Milliseconds };
}

/** Buckets of 10 ns up to 640 ns, then 64 to each power of two. */
function midpoint(bucket: number): Milliseconds {
  if (bucket < SUB) return (bucket + 0.5) * UNIT;
  const octave = Math.floor(bucket / SUB) - 1;
  return ((bucket % SUB) + SUB + 0.5) * 2 ** octave * UNIT;
}
