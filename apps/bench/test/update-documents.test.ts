import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { highlights } from '../src/highlights.js';
import type { Report } from '../src/report.js';
import { row } from '../src/row.js';
import { summary } from '../src/summary.js';
import { documentsWithResults } from '../src/update-documents.js';

const root = path.resolve(__dirname, '../../..');

const report: Report = {
  suite: 'clock',
  title: 'Clocks',
  effort: 'quick',
  date: '2025-01-31',
  took: 12.4,
  machine: { cpu: 'A CPU', cores: 2, memory: 8, system: 'Linux 6', node: '20.19.0' },
  peers: {},
  rows: [
    row({
      claim: 'slower',
      ours: 2_000,
      peers: { a: 1, b: 1_000 },
      against: 'b',
      unit: 'ns',
      target: '<= 1x',
    }),
    row({ claim: 'slower', ours: 2_000, peers: { a: 1, b: 1_000 }, unit: 'ns', target: '<= 1x' }),
    row({ claim: 'only told', ours: 1, peers: { a: 2 } }),
    row({ claim: 'small', ours: 3, target: '<= 4' }),
  ],
  failure: null,
  figures: {},
};

test('the summary has every claim, also those that lost', () => {
  const text = summary([report]);
  expect(text).toContain(
    '`pnpm bench clock --quick`, 2025-01-31, 2 cores, Node 20.19.0. 1 met, 2 not met, 1 reported.',
  );
  for (const { claim } of report.rows) expect(text).toContain(`| ${claim} | `);
});

test('the highlights are the first comparisons with a verdict, each claim once', () => {
  expect(highlights([report]).split('\n').slice(2)).toEqual([
    '| slower | 2,000 ns | b 1,000 | <= 1x | not met | `pnpm bench clock` |',
  ]);
});

test('the documents show the results that are there (pnpm bench --report)', async () => {
  for (const [file, text] of await documentsWithResults(root)) {
    expect({ file, text: readFileSync(path.join(root, file), 'utf8') }).toEqual({ file, text });
  }
});
