import { expect, test } from '@jest/globals';
import { sourceDetail } from '../../src/report/source-detail.js';

const mask = (key: string): string => key.slice(0, 1);

test('levels of a cache are found under both spellings, beside each other or below levels', () => {
  const told = [
    { level: 'L1', hits: 1, misses: 2, errors: 0, up: true },
    { level: 'L2', hits: 3, misses: 0, errors: 4, up: false },
  ];
  const [l1, l2] = [
    { hits: 1, misses: 2 },
    { hits: 3, errors: 4, up: false },
  ];
  for (const stats of [{ l1, l2 }, { L1: l1, L2: l2, L3: {} }, { levels: { l1, L2: l2 } }]) {
    expect(sourceDetail('cache', stats, false, mask)).toEqual({ levels: told });
  }
});

test('servers of a balancer, whichever way it tells of their durations', () => {
  const of = (server: object) => sourceDetail('balancer', { servers: [server] }, true, mask)?.servers?.[0];
  expect(of({ id: 'a', percentiles: { p99: 7 }, latency: { p99: 8 } })).toMatchObject({ p99: 7 });
  expect(of({ id: 'a', latency: { p99: 8 } })).toMatchObject({ p99: 8 });
  expect(of({ id: 'a', p99: 9 })).toMatchObject({ p99: 9, healthy: true, state: 'healthy' });
  expect(of({ id: 'a', healthy: false })).toMatchObject({ state: 'unhealthy', requests: 0, p99: undefined });
});

test('eight keys of a limiter, masked; numbers of anything else; what is long is cut', () => {
  const topDenied = Array.from({ length: 9 }, (_, i) => ({ key: `key ${i}`, count: i }));
  const keys = sourceDetail('limiter', { topDenied }, false, mask)?.topKeys;
  expect([keys?.length, keys?.[3]]).toEqual([8, { key: 'k', count: 3 }]);
  expect(sourceDetail('other', { a: 1, b: 'x', c: { d: 2 } }, false, mask)).toEqual({ numbers: { a: 1 } });
  expect(sourceDetail('breaker', { state: 'x'.repeat(300) }, false, mask)?.state).toHaveLength(256);
  expect(sourceDetail('pool', { a: 1 }, false, mask)).toBeUndefined();
  for (const nothing of [undefined, null, 'text', 7]) {
    expect(sourceDetail('lifecycle', nothing, false, mask)).toEqual({ state: '' });
  }
});
