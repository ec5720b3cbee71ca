import type { Report } from './report.js';
import { cell, figure, verdict } from './report.js';
import type { Row } from './row.js';

const PER_SUITE = 2;

/** The first comparisons of every suite, won or lost, as a Markdown table. */
export function highlights(reports: readonly Report[]): string {
  const lines = reports.flatMap((report) =>
    comparisons(report).map((row) => `| ${cellsOf(report, row).map(cell).join(' | ')} |`),
  );
  return [
    '| claim | ours | peer | target | verdict | command |',
    '| --- | ---: | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** Each claim once, with the peer it was held against. */
function comparisons({ rows }: Report): Row[] {
  const compared = rows.filter(({ ratio, met, ours }) => ratio !== null && met !== null && ours !== null);
  const first = compared.filter(
    ({ claim }, index) => compared.findIndex((row) => row.claim === claim) === index,
  );
  return first.slice(0, PER_SUITE);
}

function cellsOf({ suite }: Report, row: Row): string[] {
  const peer = row.peers.find(({ name }) => name === row.against);
  return [
    row.claim,
    `${figure(row.ours ?? NaN)} ${row.unit}`.trim(),
    peer === undefined ? '' : `${peer.name} ${figure(peer.value)}`,
    row.target ?? '',
    verdict(row),
    `\`pnpm bench ${suite}\``,
  ];
}
