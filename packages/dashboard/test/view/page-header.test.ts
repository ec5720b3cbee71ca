import { expect, test } from '@jest/globals';
import type { Snapshot } from '../../src/snapshot/snapshot.js';
import { pageHeader } from '../../src/view/page-header.js';

const own = { name: 'primary', pid: 77, uptime: 3_600_000, own: true };
const worker = { name: 'worker 1', pid: 78, uptime: 1_000, own: false };
const shown = (processes: readonly (typeof own)[], viewers = 1): string =>
  pageHeader({ status: { level: 'ok', text: 'Fine' }, processes, viewers } as unknown as Snapshot)
    .text.replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

test('names the process that serves the page, and how many there are and watch', () => {
  expect(shown([own])).toMatch(/Fine primary 77 up 1 h 0 min$/);
  expect(shown([worker, own], 3)).toMatch(/Fine primary 77 up 1 h 0 min 2 processes 3 viewers$/);
  expect(shown([{ ...own, uptime: 59_000 }])).toMatch(/primary 77 up for seconds$/);
  expect(shown([worker])).toMatch(/Fine$/);
});
