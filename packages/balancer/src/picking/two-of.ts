import type { Random } from '@spark-perf/core';

/** Two different indices below `count` (at least 2), as one number: the first times `count` plus the second. */
export function twoOf(count: number, random: Random): number {
  const first = Math.floor(random() * count);
  const other = Math.floor(random() * (count - 1));
  return first * count + (other >= first ? other + 1 : other);
}
