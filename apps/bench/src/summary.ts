import type { Report } from './report.js';
import { cell, cells } from './report.js';

/** Every claim of every suite with its verdict, as Markdown. Nothing is left out because it loses. */
export function summary(reports: readonly Report[]): string {
  return reports.map(section).join('\n\n');
}

function section(report: Report): string {
  const { suite, effort, date, machine, failure } = report;
  const command = `pnpm bench ${suite}${effort === 'full' ? '' : ` --${effort}`}`;
  const facts = `\`${command}\`, ${date}, ${machine.cores} cores, Node ${machine.node}. ${tally(report)}.`;
  const end = failure === null ? [] : ['', `The suite ended early: ${cell(failure)}`];
  return [
    `### ${report.title}`,
    '',
    `${facts} [All figures](../apps/bench/results/${suite}.md).`,
    ...end,
    '',
    '| claim | ours | peers | ratio | target | verdict |',
    '| --- | ---: | --- | ---: | --- | --- |',
    ...report.rows.map((row) => `| ${cells(row).slice(0, -1).map(cell).join(' | ')} |`),
  ].join('\n');
}

function tally({ rows }: Report): string {
  const count = (met: boolean | null) => rows.filter((row) => row.met === met).length;
  return `${count(true)} met, ${count(false)} not met, ${count(null)} reported`;
}
