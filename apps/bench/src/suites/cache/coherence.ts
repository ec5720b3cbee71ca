import { MultiLevelCache } from '@spark-perf/cache';
import { Redis } from 'ioredis';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import type { Peer } from './peers.js';
import { memoryPeers } from './peers.js';

/** What is there after a change that came during a fetch, and what a dead Redis costs. */
export async function* coherence(ctx: BenchContext): AsyncGenerator<Row> {
  const cache = new MultiLevelCache();
  ctx.defer(() => cache.close());
  const ours: Peer = {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrSet: (key, fetcher) => cache.getOrSet(key, fetcher),
    delete: (key) => cache.invalidate(key),
  };
  const scenarios: Record<string, (peer: Peer) => Promise<number>> = {
    'A delete during a fetch: stale values afterwards': (peer) => staleAfter(peer, (key) => peer.delete(key)),
    'A set during an older fetch: stale values afterwards': (peer) =>
      staleAfter(peer, (key) => peer.set(key, 'new')),
  };
  for (const [claim, scenario] of Object.entries(scenarios)) {
    const peers: Record<string, number> = {};
    for (const [name, peer] of Object.entries(memoryPeers(false))) peers[name] = await scenario(peer);
    yield row({ claim, ours: await scenario(ours), peers, unit: 'of 20', target: '<= 0' });
  }
  yield await deadRedis(ctx);
}

async function staleAfter(peer: Peer, change: (key: string) => Promise<unknown>): Promise<number> {
  let stale = 0;
  for (let i = 0; i < 20; i++) {
    const key = `race:${i}`;
    let finish!: () => void;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const fetching = peer.getOrSet(key, async () => {
      await gate;
      return 'old';
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await change(key);
    finish();
    await fetching;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if ((await peer.get(key)) === 'old') stale++;
  }
  return stale;
}

/** Nobody listens on port 1. */
async function deadRedis(ctx: BenchContext): Promise<Row> {
  const client = new Redis({ port: 1, host: '127.0.0.1' });
  client.on('error', () => {});
  const cache = new MultiLevelCache({ redisClient: client });
  ctx.defer(async () => {
    await cache.close();
    client.disconnect();
  });
  await cache.getOrSet('first', () => 1);
  let longest = 0;
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    await cache.getOrSet(`k${i}`, () => i);
    longest = Math.max(longest, performance.now() - start);
  }
  return row({
    claim: 'Redis unreachable: longest of 200 misses after the first',
    ours: longest,
    unit: 'ms',
    target: '<= 50',
    note: 'the client has the default options of ioredis; of the peers none answers within 4 s then',
  });
}
