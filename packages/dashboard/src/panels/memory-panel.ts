import type { Memory } from '../snapshot/snapshot.js';
import type { SourceGroup } from '../snapshot/source-group.js';

/** From what needs attention most to what needs none. */
const ORDER = ['leaking', 'suspect', 'inconclusive', 'learning', 'recovered', 'healthy'];

/** The verdict of the process that is worst off. */
export function memoryPanel(groups: readonly SourceGroup[]): Memory | null {
  const verdicts = groups
    .filter(({ kind }) => kind === 'memory')
    .flatMap(({ parts }) => parts)
    .map(({ process, report }) => ({
      verdict: report.detail?.verdict ?? '',
      reason: report.detail?.reason ?? '',
      process,
    }));
  const rank = ({ verdict }: Memory): number =>
    (ORDER.indexOf(verdict) + ORDER.length + 1) % (ORDER.length + 1);
  return verdicts.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}
