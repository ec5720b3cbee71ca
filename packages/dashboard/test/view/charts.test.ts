import { expect, test } from '@jest/globals';
import { History } from '../../src/snapshot/history.js';
import { chartTable } from '../../src/view/chart-table.js';
import { heatmap } from '../../src/view/heatmap.js';
import { sparkline } from '../../src/view/sparkline.js';

const SECOND = 1_000;
const START = 1_000_000;

/** A history of one series, `[seconds, value]` by `[seconds, value]`. */
function historyOf(...points: readonly (readonly [seconds: number, value: number])[]): History {
  const history = new History();
  for (const [seconds, value] of points) history.push(START + seconds * SECOND, { x: value }, []);
  return history;
}

const cells = (html: string): string[][] =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>\s*(.*?)\s*<\/t[hd]>/gs)].map(([, cell]) => cell!),
  );

test('a line begins anew where nobody looked for more than twelve seconds', () => {
  const input = { label: 'X', unit: 'count', series: 'x' } as const;
  const lines = (...points: (readonly [number, number])[]) => {
    const d = /class="line" d="([^"]*)"/.exec(sparkline(historyOf(...points), input).text)![1]!;
    return [...d.matchAll(/M/g)].length;
  };
  expect(lines([0, 1], [12, 2], [24, 3])).toBe(1);
  expect(lines([0, 1], [13, 2], [24, 3])).toBe(2);
});

test('a line ends at the right edge and is as high as its greatest value, or as what keeps noise flat', () => {
  const history = historyOf([0, 0], [10, 10]);
  const input = { label: 'X', unit: 'count', series: 'x' } as const;
  const path = (text: string, name: string) => new RegExp(`class="${name}" d="([^"]*)"`).exec(text)![1]!;
  const { text } = sparkline(history, input);
  expect(path(text, 'line')).toBe('M290.0 38.5L300.0 2.5');
  expect(path(text, 'area')).toBe('M290.0 40L290.0 38.5L300.0 2.5L300.0 40Z');
  expect(path(sparkline(history, { ...input, atLeast: 20 }).text, 'line')).toBe('M290.0 38.5L300.0 20.5');
  expect(text).toContain('aria-label="X over 5 minutes: now 10, from 0 to 10"');
  expect(sparkline(new History(), input).text).toContain('aria-label="X: nothing recorded yet"');
});

test('the table behind a chart has a row for each half minute, newest first', () => {
  const history = historyOf([0, 9], [1, 1], [29, 3], [31, 8]);
  expect(cells(chartTable('X', history.series('x'), 'count').text)).toEqual([
    ['When', 'Least', 'Mean', 'Most'],
    ['last 30 s', '3', '5.5', '8'],
    ['30–60 s ago', '1', '5', '9'],
  ]);
});

test('a heatmap shows from the fastest to the slowest, the strongest where most are', () => {
  const history = new History();
  const column = (...counts: number[]) => [...counts, ...new Array<number>(19 - counts.length).fill(0)];
  history.push(START, {}, column(0, 0, 0, 100));
  history.push(START + 150 * SECOND, {}, column(0, 0, 0, 50, 0, 1));
  const { text } = heatmap(history);
  const shades = [...text.matchAll(/class="(heat-\d)" d="([^"]*)"/g)].map(([, shade, d]) => [shade, d]);
  expect(shades).toEqual([
    ['heat-1', 'M594 8h5v7h-5z'],
    ['heat-6', 'M294 24h5v7h-5zM594 24h5v7h-5z'],
  ]);
  expect(text).toContain('most requests (99.3 %) took 328 µs to 655 µs');
  expect(cells(text).slice(1)).toEqual([
    ['328 µs – 655 µs', '150', '99.3 %'],
    ['1.31 ms – 2.62 ms', '1', '0.7 %'],
  ]);
});

test('a heatmap of nothing is a sentence', () => {
  expect(heatmap(new History()).text).toContain('No requests yet');
});
