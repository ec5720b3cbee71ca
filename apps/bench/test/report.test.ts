import { expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Report } from '../src/report.js';
import { consoleLine, markdown, writeReport } from '../src/report.js';
import { row } from '../src/row.js';

const report: Report = {
  suite: 'clock',
  title: 'Clocks',
  effort: 'quick',
  date: '2025-01-31',
  took: 12.4,
  machine: { cpu: 'A CPU', cores: 2, memory: 8, system: 'Linux 6', node: '20.19.0' },
  peers: { peer: '1.2.3' },
  rows: [
    row({ claim: 'a|b', ours: 12_345.6, peers: { peer: 10_000, other: 1 }, unit: 'req/s', target: '>= 1x' }),
    row({ claim: 'slow', ours: 10, peers: { peer: 5 }, unit: 'ns', target: '<= 1x' }),
    row({ claim: 'only told', ours: 0.5, note: 'a note' }),
    row({ claim: 'gone', ours: null, target: '<= 1' }),
  ],
  failure: null,
  figures: {},
};

test('says what was measured, on what, and the verdicts', () => {
  const text = markdown(report);
  expect(text).toContain(
    '`pnpm bench clock --quick` on 2025-01-31, 12 s. A CPU, 2 cores, 8 GiB; Linux 6; Node 20.19.0.',
  );
  expect(text).toContain('Peers: peer 1.2.3.');
  expect(text).toContain('| a\\|b | 12,346 req/s | peer 10,000, other 1 | 1.235x (peer) | >= 1x | met |  |');
  expect(text).toContain('| slow | 10 ns | peer 5 | 2x | <= 1x | not met |  |');
  expect(text).toContain('| only told | 0.5 |  |  |  | reported | a note |');
  expect(text).toContain('| gone | not measured |  |  | <= 1 | not met |  |');
  expect(markdown({ ...report, failure: 'broke' })).toContain('**The suite ended early:** broke');
  expect(consoleLine(report.rows[1]!)).toBe(
    'not met  slow\n         ours 10 ns · peer 5 · ratio 2x · target <= 1x',
  );
});

test('is written for people and for programs', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'report-'));
  try {
    await writeReport(report, path.join(folder, 'new'));
    expect(await readFile(path.join(folder, 'new/clock.md'), 'utf8')).toBe(markdown(report));
    expect(JSON.parse(await readFile(path.join(folder, 'new/clock.json'), 'utf8'))).toEqual(report);
  } finally {
    await rm(folder, { recursive: true });
  }
});
