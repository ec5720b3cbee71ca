import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionPool } from '@spark-perf/pool';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';

/** A backend that is down, a hundred callers who don't know, and its return. */
export async function* backendDown(ctx: BenchContext): AsyncIterable<Row> {
  let down = true;
  let creates = 0;
  const pool = new ConnectionPool(
    {
      create: () => {
        creates++;
        return down ? Promise.reject(new Error('connection refused')) : Promise.resolve({ id: creates });
      },
      destroy: () => Promise.resolve(),
    },
    { minSize: 0, maxSize: 20, maxRetryDelay: 200 },
  );
  ctx.defer(() => pool.close());
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let refused = 0;
  const until = performance.now() + 1_000;
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      while (performance.now() < until) {
        await pool.acquire().catch(() => refused++);
        await sleep(5);
      }
    }),
  );
  delay.disable();
  const first = creates;
  yield row({
    claim: 'creates in the first second of a backend that is down, 100 callers',
    ours: first,
    unit: 'creates',
    target: '<= 10',
    note: `${refused} acquires refused`,
  });
  yield row({
    claim: 'event-loop delay p99 meanwhile',
    ours: delay.percentile(99) / 1e6,
    unit: 'ms',
    target: '< 20',
  });
  const failing: number[] = [];
  for (let i = 0; i < 100; i++) {
    const start = performance.now();
    await pool.acquire().catch(() => failing.push(performance.now() - start));
  }
  yield row({
    claim: 'acquire fails while the circuit is open (slowest of 100)',
    ours: Math.max(...failing),
    unit: 'ms',
    target: '< 5',
  });
  down = false;
  const back = performance.now();
  for (;;) {
    const connection = await pool.acquire().catch(() => undefined);
    if (connection !== undefined) {
      pool.release(connection);
      break;
    }
    await sleep(1);
  }
  yield row({
    claim: 'first success after the backend is back (backoff capped at 200 ms)',
    ours: performance.now() - back,
    unit: 'ms',
    target: '<= 250',
  });
}
