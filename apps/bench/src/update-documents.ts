import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { highlights } from './highlights.js';
import { readReports } from './read-reports.js';
import type { Report } from './report.js';
import { summary } from './summary.js';

const DOCUMENTS: Readonly<Record<string, (reports: readonly Report[]) => string>> = {
  'README.md': highlights,
  'docs/performance.md': summary,
};
const BEGIN = '<!-- results: pnpm bench --report -->\n\n<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';

/** The documents that show results, as they should be: path from the root → text. */
export async function documentsWithResults(root: string): Promise<Map<string, string>> {
  const reports = await readReports(path.join(root, 'apps/bench/results'));
  const texts = new Map<string, string>();
  for (const [file, render] of Object.entries(DOCUMENTS)) {
    texts.set(file, withBlock(await readFile(path.join(root, file), 'utf8'), render(reports), file));
  }
  return texts;
}

/** Puts the latest results into the documents that show them. */
export async function updateDocuments(root: string): Promise<void> {
  for (const [file, text] of await documentsWithResults(root)) await writeFile(path.join(root, file), text);
}

function withBlock(text: string, block: string, file: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin === -1 || end === -1) throw new Error(`${file} has no place for results: ${BEGIN} … ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${block}\n\n${text.slice(end)}`;
}
