import { MultiLevelCache } from '@spark-perf/cache';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import type { Peer } from './peers.js';
import { memoryPeers } from './peers.js';

/** What is there after a change that came during a fetch. */
export async function* coherence(ctx: BenchContext): AsyncGenerator<Row> {
  const cache = new MultiLevelCache();
  ctx.defer(() => cache.close());
  const ours: Peer = {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrSet: (key, fetcher, tags) => cache.getOrSet(key, fetcher, { tags }),
    delete: (key) => cache.invalidate(key),
    deleteByTag: (tag) => cache.invalidateTags([tag]),
  };
  const scenarios: Record<string, (peer: Peer) => Promise<number>> = {
    'A delete during a fetch: stale values afterwards': (peer) => staleAfter(peer, (key) => peer.delete(key)),
    'A tag invalidated during a fetch: stale values afterwards': (peer) =>
      staleAfter(peer, () => peer.deleteByTag!('t'), ['t']),
    'A set during an older fetch: stale values afterwards': (peer) =>
      staleAfter(peer, (key) => peer.set(key, 'new')),
  };
  for (const [claim, scenario] of Object.entries(scenarios)) {
    const peers: Record<string, number> = {};
    for (const [name, peer] of Object.entries(memoryPeers(false))) {
      if (claim.includes('tag') && peer.deleteByTag === undefined) continue;
      peers[name] = await scenario(peer);
    }
    yield row({ claim, ours: await scenario(ours), peers, unit: 'of 20', target: '<= 0' });
  }
}

async function staleAfter(
  peer: Peer,
  change: (key: string) => Promise<unknown>,
  tags?: string[],
): Promise<number> {
  let stale = 0;
  for (let i = 0; i < 20; i++) {
    const key = `race:${i}`;
    let finish!: () => void;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const fetching = peer.getOrSet(
      key,
      async () => {
        await gate;
        return 'old';
      },
      tags,
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await change(key);
    finish();
    await fetching;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if ((await peer.get(key)) === 'old') stale++;
  }
  return stale;
}
