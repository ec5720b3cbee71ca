import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Machine } from './machine.js';
import type { Row } from './row.js';
import type { Effort } from './suite.js';

/** All that is known of one run of a suite. */
export interface Report {
  readonly suite: string;
  readonly title: string;
  readonly effort: Effort;
  readonly date: string;
  /** In seconds. */
  readonly took: number;
  readonly machine: Machine;
  readonly peers: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** What ended the suite early. */
  readonly failure: string | null;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Writes `<folder>/<suite>.md` and `.json`. */
export async function writeReport(report: Report, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const base = path.join(folder, report.suite);
  await writeFile(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(`${base}.md`, markdown(report));
}

/** The report for people. */
export function markdown(report: Report): string {
  const { machine } = report;
  const peers = Object.entries(report.peers).map(([name, version]) => `${name} ${version}`);
  return [
    `# ${report.title}`,
    '',
    `\`pnpm bench ${report.suite}${report.effort === 'full' ? '' : ` --${report.effort}`}\` on ${report.date}, ` +
      `${Math.round(report.took)} s. ${machine.cpu}, ${machine.cores} cores, ${machine.memory} GiB; ` +
      `${machine.system}; Node ${machine.node}.`,
    ...(peers.length > 0 ? ['', `Peers: ${peers.join(', ')}.`] : []),
    ...(report.failure === null ? [] : ['', `**The suite ended early:** ${cell(report.failure)}`]),
    '',
    '| claim | ours | peers | ratio | target | verdict | note |',
    '| --- | ---: | --- | ---: | --- | --- | --- |',
    ...report.rows.map((row) => `| ${cells(row).map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

/** One row for a terminal. */
export function consoleLine(row: Row): string {
  const [claim, ours, peers, ratio, target, word, note] = cells(row);
  const facts = [`ours ${ours}`, peers, ratio && `ratio ${ratio}`, target && `target ${target}`, note];
  return `${(word ?? '').padEnd(8)} ${claim}\n         ${facts.filter(Boolean).join(' · ')}`;
}

/** The cells of a row: claim, ours, peers, ratio, target, verdict, note. */
export function cells(row: Row): string[] {
  const unit = row.unit === '' ? '' : ` ${row.unit}`;
  return [
    row.claim,
    row.ours === null ? 'not measured' : `${figure(row.ours)}${unit}`,
    row.peers.map(({ name, value }) => `${name} ${figure(value)}`).join(', '),
    row.ratio === null ? '' : `${figure(row.ratio)}x${row.peers.length > 1 ? ` (${row.against})` : ''}`,
    row.target ?? '',
    verdict(row),
    row.note,
  ];
}

export const verdict = ({ met }: Row): string => (met === null ? 'reported' : met ? 'met' : 'not met');
/** Text that may stand in a table. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Three digits that count, with thousands set apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
