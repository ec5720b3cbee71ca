import { expect, test } from '@jest/globals';
import { Tally } from '../../src/traffic/tally.js';
import { summary } from '../../src/traffic/summary.js';

/** The figures that a summary names. */
const figures = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^ {2}(\S.{13})(.+)$/gm)].map(([, name = '', value = '']) => [name.trim(), value]),
  );

const reply = (tally: Tally, duration: number, headers: Record<string, string> = {}, status = 200): void =>
  tally.reply({ status, headers, body: '' }, duration);

test('the hit ratio is that of answers from the cache: what goes past it is no miss', () => {
  const tally = new Tally();
  for (const verdict of ['HIT', 'HIT', 'HIT', 'HIT', 'STALE', 'MISS', 'MISS', 'MISS']) {
    reply(tally, 1, { 'x-cache': verdict });
  }
  for (let i = 0; i < 50; i++) reply(tally, 1, { 'x-cache': 'BYPASS' }, 201);
  for (let i = 0; i < 50; i++) reply(tally, 1); // of the front itself
  expect(tally.result()).toMatchObject({ requests: 108, cacheable: 8, cacheHits: 5 });
  expect(figures(summary(tally.result(), undefined, 0))).toMatchObject({
    requests: '108',
    'hit ratio': '62.5 %',
  });
});

test('percentiles are those of all answers, within a percent', () => {
  const tally = new Tally();
  // 1 … 1000 ms, in an order that is not theirs.
  for (let i = 0; i < 1_000; i++) reply(tally, ((i * 7) % 1_000) + 1);
  const { p50, p99 } = figures(summary(tally.result(), undefined, 0));
  expect(Math.abs(parseFloat(p50!) - 500)).toBeLessThanOrEqual(5);
  expect(Math.abs(parseFloat(p99!) - 990)).toBeLessThanOrEqual(10);
  expect([p50, p99]).toEqual([expect.stringMatching(/ ms$/), expect.stringMatching(/ ms$/)]);
});

test('tells who was limited, what was replayed, what failed, and how often workers were started again', () => {
  const tally = new Tally();
  for (let i = 0; i < 3; i++) reply(tally, 1, {}, 429);
  for (let i = 0; i < 2; i++) reply(tally, 1, { 'idempotent-replayed': 'true' });
  tally.retries = 4;
  tally.failure('GET /cities: 500');
  const text = summary(tally.result(), { kills: 5, slowdowns: 6 }, 7);
  expect(figures(text)).toMatchObject({
    ...{ requests: '5', failures: '1', retries: '4', limited: '3', deduplicated: '2' },
    ...{ killed: '5', slowed: '6', restarts: '7', 'hit ratio': '0.0 %' },
  });
  expect(text).toContain('GET /cities: 500');
});

test('of very many failures twenty are told', () => {
  const tally = new Tally();
  for (let i = 0; i < 100; i++) tally.failure(`failure ${i}`);
  expect(tally.result()).toMatchObject({ failures: 100 });
  expect(tally.result().failed).toHaveLength(20);
});

test('without clients it tells of the workers alone', () => {
  expect(figures(summary(undefined, { kills: 1, slowdowns: 0 }, 1))).toEqual({
    ...{ killed: '1', slowed: '0', restarts: '1' },
  });
  expect(figures(summary(undefined, undefined, 0))).toEqual({ restarts: '0' });
});
