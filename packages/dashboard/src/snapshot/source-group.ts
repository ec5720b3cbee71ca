import { mergeFamilies } from '../report/merge-families.js';
import { Figures } from '../report/figures.js';
import { mergeProfiles } from '../report/merge-profiles.js';
import type { ProcessReport, SourceReport } from '../report/process-report.js';
import type { ProfileReading } from '../report/profile-reading.js';
import type { SourceDetail } from '../report/source-detail.js';
import type { SourceKind } from '../sources/source-kind.js';

/** What one process says of a source. */
export interface SourcePart {
  readonly process: string;
  readonly own: boolean;
  readonly pid: number;
  readonly report: SourceReport;
}

/** The sources of one name in all processes, as one. */
export interface SourceGroup {
  readonly name: string;
  readonly kind: SourceKind;
  readonly parts: readonly SourcePart[];
  readonly figures: Figures;
  readonly profile: ProfileReading | undefined;
  readonly details: readonly SourceDetail[];
}

/**
 * Groups the reports by name, in the order in which names are met. What is gone counts; only a profiler makes a group by
 * that alone, so that totals of traffic stand while the last worker is replaced.
 */
export function sourceGroups(
  reports: readonly ProcessReport[],
  retired: readonly SourceReport[],
  own: number,
): SourceGroup[] {
  const parts = new Map<string, SourcePart[]>();
  for (const { name: process, pid, sources } of reports) {
    for (const report of sources) {
      const part = { process, pid, own: pid === own, report };
      const same = parts.get(report.name);
      if (same === undefined) parts.set(report.name, [part]);
      // Two things of one name that are not alike can't be added up.
      else if (same[0]!.report.kind === report.kind) same.push(part);
    }
  }
  for (const { name, profile } of retired) if (profile !== undefined && !parts.has(name)) parts.set(name, []);
  return [...parts].map(([name, same]) => {
    const kind = same[0]?.report.kind ?? 'profiler';
    const gone = retired.filter((one) => one.name === name && one.kind === kind);
    const all = [...same.map(({ report }) => report), ...gone];
    const profiles = all.flatMap(({ profile }) => profile ?? []);
    return {
      name,
      kind,
      parts: same,
      figures: new Figures(mergeFamilies(all.map(({ families }) => families))),
      profile: profiles.length > 0 ? mergeProfiles(profiles) : undefined,
      details: same.flatMap(({ report }) => report.detail ?? []),
    };
  });
}
