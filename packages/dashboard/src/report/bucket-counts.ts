import type { Milliseconds, Ratio } from '@spark-perf/core';

/** The filled buckets of a log-linear histogram, as core's `LatencyHistogram` and the profiler serialise them. */
export type BucketCounts = readonly (readonly [bucket: number, count: number])[];

const UNIT: Milliseconds = 1e-5;
const SUB = 64;

/** Several histograms as one, lowest bucket first. */
export function addBuckets(parts: readonly BucketCounts[]): BucketCounts {
  if (parts.length === 1) return parts[0]!;
  const sums = new Map<number, number>();
  for (const part of parts)
    for (const [bucket, count] of part) sums.set(bucket, (sums.get(bucket) ?? 0) + count);
  return [...sums].sort(([a], [b]) => a - b);
}

/** Percentiles in one pass, `shares` ascending; 0 when nothing was counted. At most 1 % off. */
export function percentiles<const Q extends readonly Ratio[]>(
  buckets: BucketCounts,
  shares: Q,
): { -readonly [K in keyof Q]: Milliseconds } {
  let total = 0;
  for (const [, count] of buckets) total += count;
  const found = shares.map(() => 0);
  let seen = 0;
  let next = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    while (next < shares.length && seen >= Math.max(1, Math.ceil(shares[next]! * total))) {
      found[next++] = midpoint(bucket);
    }
  }
  return found as { -readonly [K in keyof Q]: Milliseconds };
}

/** Buckets of 10 ns up to 640 ns, then 64 to each power of two. */
function midpoint(bucket: number): Milliseconds {
  if (bucket < SUB) return (bucket + 0.5) * UNIT;
  const octave = Math.floor(bucket / SUB) - 1;
  return ((bucket % SUB) + SUB + 0.5) * 2 ** octave * UNIT;
}
