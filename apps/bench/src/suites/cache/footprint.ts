import { LRUCache } from 'lru-cache';
import { MultiLevelCache } from '@spark-perf/cache';
import { retainedBytes } from '../../memory.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';

/** Bytes per entry, keys and values included, the same on both sides. */
export async function* footprint(ctx: BenchContext): AsyncGenerator<Row> {
  const count = ctx.scale(1_000_000, 1_000_000, 10_000);
  const rounds = ctx.scale(3, 1, 1);
  const value = (index: number): object => ({ id: index, name: `name of ${index}`, active: true });
  const lru = await retainedBytes(
    (entries) => {
      const cache = new LRUCache<string, object>({ max: count, ttl: 600_000 });
      for (let i = 0; i < entries; i++) cache.set(`key:${i}`, value(i));
      return cache;
    },
    count,
    rounds,
  );
  const ours = await retainedBytes(
    async (entries) => {
      const cache = new MultiLevelCache({
        l1MaxSize: count,
        l1MaxBytes: Infinity,
        l1TTL: 600_000,
        isolation: 'shared',
      });
      for (let i = 0; i < entries; i++) await cache.set(`key:${i}`, value(i));
      return cache;
    },
    count,
    rounds,
  );
  yield row({
    claim: `Bytes per entry at ${count} entries`,
    ours,
    peers: { 'lru-cache': lru },
    target: '<= 1.3x',
  });
}
