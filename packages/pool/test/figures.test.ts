import { expect, test } from '@jest/globals';
import { renderOpenMetrics } from '@spark-perf/core';
import { outcome, setUp } from './support/set-up.js';

test('getStats tells waits, usage and creation; who did not wait waited 0 ms', async () => {
  const { clock, pool } = setUp({ maxSize: 1 });
  const one = await pool.acquire();
  const wait = pool.use(() => 1);
  await clock.advance(200);
  pool.release(one);
  await wait;
  for (let i = 0; i < 8; i++) pool.release(await pool.acquire());
  const { wait: waits, usage, creation, ...stats } = pool.getStats();
  expect(stats).toMatchObject({
    created: 1,
    destroyed: 0,
    borrowed: 10,
    returned: 10,
    failures: 0,
    timeouts: 0,
  });
  expect(waits).toMatchObject({ count: 10, p50: 0 });
  expect(waits.max).toBeCloseTo(200, 0);
  expect(Math.abs(waits.p99 - 200)).toBeLessThan(3);
  expect(usage.count).toBe(10);
  expect(creation.count).toBe(1);
});

test('under load every 32nd borrow is measured, and all are counted', async () => {
  const { pool } = setUp({ maxSize: 1 });
  pool.release(await pool.acquire());
  for (let i = 0; i < 3_200; i++) pool.release(pool.tryAcquire()!);
  const { usage, borrowed } = pool.getStats();
  expect(borrowed).toBe(3_201);
  expect(usage.count).toBeGreaterThan(100);
  expect(usage.count).toBeLessThan(200);
});

test('collect gives families that a scraper reads', async () => {
  const { clock, pool } = setUp({ name: 'main', maxSize: 1 });
  await pool.acquire();
  const wait = outcome(pool.acquire({ timeout: 10 }));
  await clock.advance(10);
  await wait;
  const text = renderOpenMetrics(pool.collect());
  expect(text).toContain('spark_pool_connections{pool="main",state="borrowed"} 1');
  expect(text).toContain('spark_pool_timeouts_total{pool="main"} 1');
  expect(text).toContain('# TYPE spark_pool_wait_seconds summary');
});

test('a summary has the sum and the count of what it is about, in seconds', async () => {
  const { clock, pool } = setUp({ maxSize: 1 });
  const one = await pool.acquire();
  const waits = [pool.use(() => 1), pool.use(() => 2)];
  await clock.advance(400);
  pool.release(one);
  await Promise.all(waits);
  const { samples } = pool.collect().find(({ name }) => name === 'spark_pool_wait_seconds')!;
  const of = (suffix: string) => samples.find((sample) => sample.suffix === suffix)?.value;
  expect(of('_count')).toBe(3);
  expect(of('_sum')).toBeCloseTo(0.8, 2);
});

test('a listener that throws harms nobody', async () => {
  const said: unknown[] = [];
  const logger = { info: () => {}, warn: () => {}, error: (...args: unknown[]) => said.push(args) };
  const { pool } = setUp({ logger });
  pool.on('create', () => {
    throw new Error('listener');
  });
  await pool.acquire();
  expect(said).toHaveLength(1);
});
