import type { GrowthEvidence } from './growth-test.js';
import type { SeriesName } from './memory-series.js';
import type { Verdict } from './verdict-state.js';

const WORDS: Readonly<Record<SeriesName, string>> = {
  heap: 'live heap',
  external: 'external memory',
  rss: 'resident memory',
};

/** The verdict's ground in one sentence. */
export function reasonFor(
  verdict: Verdict,
  tested: Readonly<Record<SeriesName, GrowthEvidence>> | undefined,
  points: number,
  needed: number,
): string {
  if (verdict === 'learning') return `${points} of ${needed} looks with a major collection since the warm-up`;
  if (verdict === 'inconclusive')
    return `too few major collections: ${points} of ${needed} looks found one since the warm-up`;
  const growing = (Object.keys(WORDS) as SeriesName[]).filter((name) => tested?.[name].growing === true);
  if (growing.length > 0) return growing.map((name) => sentence(name, tested?.[name])).join('; ');
  if (tested?.heap.explainedByLoad === true) return 'the live heap follows the load';
  return 'no series grows lastingly';
}

function sentence(name: SeriesName, evidence: GrowthEvidence | undefined): string {
  if (evidence === undefined) return WORDS[name];
  const { slope, lower, growth, timeToLimit, points } = evidence;
  const hours = ((timeToLimit ?? 0) / 3_600_000).toFixed(1);
  return (
    `${WORDS[name]} grows by ${kilobytes(slope)} KB/s (at least ${kilobytes(lower ?? 0)}), ` +
    `${kilobytes(growth)} KB over ${points} collections, and reaches its limit in ${hours} h`
  );
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0);
}
