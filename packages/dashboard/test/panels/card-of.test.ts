import { describe, expect, test } from '@jest/globals';
import { cardOf } from '../../src/panels/card-of.js';
import type { Card } from '../../src/snapshot/card.js';
import { families } from '../support/fake-source.js';
import type { Part } from '../support/panel-group.js';
import { groupOf, panelInput } from '../support/panel-group.js';
import type { SourceKind } from '../../src/sources/source-kind.js';

/** The card after a second in which nothing changed but what `then` says. */
function cardAfter(kind: SourceKind, first: readonly Part[], then: readonly Part[] = first): Card {
  const input = panelInput();
  cardOf(groupOf(kind, ...first), input);
  input.at(1_000);
  return cardOf(groupOf(kind, ...then), input)!;
}
const figure = (card: Card, label: string): number | undefined =>
  card.figures.find((one) => one.label === label)?.value;

describe('pool', () => {
  const pool = (gauges: Record<string, number>, timeouts = 0): Part => ({
    families: [
      ...families('gauge', {
        'spark_pool_connections|state': { borrowed: 6, idle: 3, creating: 1 },
        spark_pool_connections_limit: 20,
        ...gauges,
      }),
      ...families('counter', { spark_pool_timeouts: timeouts }),
    ],
  });

  test.each([
    ['at ease', pool({}), 'ok', 'OK'],
    ['waited for', pool({ spark_pool_waiters: 1 }), 'warn', 'Callers wait'],
    ['waited for in vain', pool({ spark_pool_waiters: 1 }, 1), 'bad', 'Callers wait in vain'],
    ['broken', pool({ spark_pool_breaker_open: 1 }, 1), 'bad', 'Cannot connect'],
  ])('%s', (_, now, level, text) => {
    expect(cardAfter('pool', [pool({})], [now]).status).toEqual({ level, text });
  });

  test('a bar of what is used, idle and not made yet', () => {
    const [bar] = cardAfter('pool', [pool({})]).bars;
    expect(bar?.parts.map(({ label, value }) => [label, value])).toEqual([
      ['used', 6],
      ['idle', 3],
      ['unused', 10],
    ]);
  });
});

describe('limiter', () => {
  const limiter = (denied: number, up = 1, topKeys: { key: string; count: number }[] = []): Part => ({
    families: [
      ...families('counter', { 'spark_ratelimit_decisions|outcome': { allowed: 10, denied } }),
      ...families('gauge', { spark_ratelimit_store_up: up }),
    ],
    detail: { topKeys },
  });

  test.each([
    ['lets pass', [limiter(0)], 'ok', 'OK'],
    ['limits', [limiter(5)], 'info', 'Limiting'],
    ['one of two stores is down', [limiter(5), limiter(0, 0)], 'bad', 'Store down'],
  ] as const)('%s', (_, now, level, text) => {
    const first = now.map(() => limiter(0));
    expect(cardAfter('limiter', first, now).status).toEqual({ level, text });
  });

  test('keys of all processes add up, the four that were refused most are shown', () => {
    const keys = (...counts: number[]) => counts.map((count, i) => ({ key: `k${i}`, count }));
    const card = cardAfter('limiter', [limiter(0, 1, keys(1, 2, 3, 4, 5)), limiter(0, 1, keys(9))]);
    expect(card.table?.rows.map(({ cells }) => cells)).toEqual(
      [
        ['k0', 10],
        ['k4', 5],
        ['k3', 4],
        ['k2', 3],
      ].map(([text, value]) => [{ text }, { value, unit: 'count' }]),
    );
    expect(cardAfter('limiter', [limiter(0)]).table).toBeNull();
  });
});

describe('cache', () => {
  const cache = (errors: number, l2Up = true): Part => ({
    families: families('counter', {
      'spark_cache_hits|level': { l1: 80, l2: 5 },
      'spark_cache_misses|level': { l1: 20, l2: 15 },
      'spark_cache_errors|level': { l1: 0, l2: errors },
    }),
    detail: { levels: [{ level: 'L2', hits: 5, misses: 15, errors, up: l2Up }] },
  });

  test.each([
    ['works', cache(0), 'ok', 'OK'],
    ['fails', cache(1), 'warn', 'A level fails'],
    ['has a level that is down', cache(1, false), 'bad', 'L2 down'],
  ])('%s', (_, now, level, text) => {
    expect(cardAfter('cache', [cache(0)], [now]).status).toEqual({ level, text });
  });

  test('a level without lookups has no ratio', () => {
    const none = families('counter', { 'spark_cache_hits|level': { l1: 0 } });
    expect(cardAfter('cache', [{ families: none }]).bars).toEqual([
      { label: 'L1', parts: [expect.anything(), expect.anything()] },
    ]);
  });
});

describe('dedupe', () => {
  const dedupe = (outcomes: Record<string, number>): Part => ({
    families: families('counter', { 'spark_dedupe_requests|outcome': outcomes }),
  });

  test('tells what was saved, conflicts of both kinds, and a store that fails', () => {
    const before = dedupe({ coalesced: 3, replayed: 4, conflicts: 1, mismatched: 2, storeErrors: 5 });
    const card = cardAfter('dedupe', [before]);
    expect([figure(card, 'Conflicts'), card.status.level]).toEqual([3, 'ok']);
    const failing = dedupe({ coalesced: 3, replayed: 4, storeErrors: 6 });
    expect(cardAfter('dedupe', [before], [failing]).status).toEqual({ level: 'bad', text: 'Store fails' });
  });
});

test.each([
  ['closed', 'ok', 'Closed'],
  ['half-open', 'warn', 'Half open'],
  ['open', 'bad', 'Open'],
])('a breaker that is %s in one of two processes', (state, level, text) => {
  const card = cardAfter('breaker', [{ detail: { state: 'closed' } }, { detail: { state } }]);
  expect(card.status).toEqual({ level, text });
});

test.each([
  [['ready', 'ready'], 'ok', '2 ready'],
  [['ready', 'starting'], 'warn', '1 of 2 ready'],
  [['starting'], 'bad', '0 of 1 ready'],
] as const)('a cluster whose workers are %j', (states, level, text) => {
  const workers = states.map((state, slot) => ({ slot, state, pid: slot === 0 ? 7 : undefined, uptime: 5 }));
  const card = cardAfter('cluster', [{ detail: { workers } }]);
  expect(card.status).toEqual({ level, text });
  expect(card.table?.rows[0]?.cells[1]).toEqual({ text: '7' });
});

test('a lifecycle names the process that does not run, and counts what could not be cleaned up', () => {
  const running: Part = {
    families: [
      ...families('counter', {
        'spark_lifecycle_cleanups|outcome': { done: 3, failed: 2, timeout: 1 },
        spark_lifecycle_request_cleanup_errors: 4,
      }),
      ...families('gauge', { 'spark_lifecycle_connections|state': { idle: 2, active: 0 } }),
    ],
    detail: { state: 'running' },
  };
  const card = cardAfter('lifecycle', [running]);
  expect([card.status, figure(card, 'Failed cleanups')]).toEqual([{ level: 'ok', text: 'Running' }, 7]);
  expect(card.bars[0]?.parts).toEqual([{ label: 'idle', value: 2, tone: 'good' }]);
  expect(cardAfter('lifecycle', [running, { detail: { state: 'draining' } }]).status).toEqual({
    level: 'warn',
    text: 'worker 1: draining',
  });
});
