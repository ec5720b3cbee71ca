import type { MetricFamily } from '@spark-perf/core';
import type { PanelInput } from '../../src/panels/panel-input.js';
import type { SourceDetail } from '../../src/report/source-detail.js';
import { RateBook } from '../../src/snapshot/rate-book.js';
import type { SourceGroup } from '../../src/snapshot/source-group.js';
import { sourceGroups } from '../../src/snapshot/source-group.js';
import type { SourceKind } from '../../src/sources/source-kind.js';

/** What one process says of the source. */
export interface Part {
  readonly families?: readonly MetricFamily[];
  readonly detail?: SourceDetail;
}

/** A source of that kind in as many processes as there are parts; the first one serves the page. */
export function groupOf(kind: SourceKind, ...parts: readonly Part[]): SourceGroup {
  const reports = parts.map(({ families = [], detail }, i) => ({
    pid: 100 + i,
    name: i === 0 ? 'primary' : `worker ${i}`,
    uptime: 1_000,
    sources: [{ name: kind, kind, families, detail }],
    events: [],
  }));
  return sourceGroups(reports, [], 100)[0]!;
}

/** What panels share, at a time that `at` moves. */
export function panelInput(): PanelInput & { at(now: number): void } {
  const [rates, shares] = [new RateBook(900), new RateBook(900)];
  const at = (now: number): void => {
    rates.begin(now);
    shares.begin(now);
  };
  at(0);
  return { rates, shares, points: {}, at };
}
