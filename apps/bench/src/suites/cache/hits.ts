import { LRUCache } from 'lru-cache';
import { MultiLevelCache } from '@spark-perf/cache';
import type { Contender } from '../../measure.js';
import { asyncLoop, loop, race } from '../../measure.js';
import type { Measured } from '../../measured.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { dedupeCall, KEYS, memoryPeers, TTL, VALUE } from './peers.js';

const keyAt = (index: number): string => KEYS[index % KEYS.length]!;
const never = (): Promise<unknown> => Promise.reject(new Error('a hit must not fetch'));

/** Hits in the memory of the process, the same isolation on both sides of each row. */
export async function* hits(ctx: BenchContext): AsyncGenerator<Row> {
  const lru = new LRUCache<string, object>({ max: 10_000, ttl: TTL });
  const options = { l1MaxSize: 10_000, l1TTL: TTL };
  const shared = new MultiLevelCache({ ...options, isolation: 'shared' });
  const tagged = new MultiLevelCache({ ...options, isolation: 'shared' });
  const cloning = new MultiLevelCache({ ...options, isolation: 'clone' });
  const frozen = new MultiLevelCache(options);
  for (const cache of [shared, tagged, cloning, frozen]) ctx.defer(() => cache.close());
  for (const key of KEYS) {
    lru.set(key, VALUE);
    for (const cache of [shared, cloning, frozen]) await cache.set(key, VALUE);
    await tagged.set(key, VALUE, { tags: ['a', 'b'] });
  }
  const floor = async (key: string): Promise<unknown> => lru.get(key);

  const sync = await race(ctx, {
    peek: loop((i) => shared.peek(keyAt(i))),
    lru: loop((i) => lru.get(keyAt(i))),
  });
  yield row({
    claim: 'peek, shared: against a raw lru-cache get with a ttl',
    ours: sync.peek,
    peers: { 'lru-cache': sync.lru },
    target: '<= 1.5x',
  });

  yield* asynchronous(
    ctx,
    'get',
    false,
    asyncLoop((i) => floor(keyAt(i))),
    {
      shared: asyncLoop((i) => shared.get(keyAt(i))),
      frozen: asyncLoop((i) => frozen.get(keyAt(i))),
      clone: asyncLoop((i) => cloning.get(keyAt(i))),
      tags: asyncLoop((i) => tagged.get(keyAt(i))),
    },
  );
  yield* asynchronous(
    ctx,
    'getOrSet',
    true,
    asyncLoop((i) => floor(keyAt(i))),
    {
      shared: asyncLoop((i) => shared.getOrSet(keyAt(i), never)),
      frozen: asyncLoop((i) => frozen.getOrSet(keyAt(i), never)),
      clone: asyncLoop((i) => cloning.getOrSet(keyAt(i), never)),
      tags: asyncLoop((i) => tagged.getOrSet(keyAt(i), never)),
    },
  );
}

type Ours = Readonly<Record<'shared' | 'frozen' | 'clone' | 'tags', Contender>>;

async function* asynchronous(
  ctx: BenchContext,
  method: 'get' | 'getOrSet',
  dedupe: boolean,
  floor: Contender,
  ours: Ours,
): AsyncGenerator<Row> {
  const sharing: Record<string, Contender> = { floor, ...ours };
  for (const [name, peer] of Object.entries(memoryPeers(false))) {
    for (const key of KEYS) await peer.set(key, VALUE);
    sharing[`${name} `] = asyncLoop(
      method === 'get' ? (i) => peer.get(keyAt(i)) : (i) => peer.getOrSet(keyAt(i), never),
    );
  }
  if (dedupe) {
    const call = dedupeCall(async () => VALUE);
    for (const key of KEYS) await call(key);
    sharing['async-cache-dedupe '] = asyncLoop((i) => call(keyAt(i)));
  }
  for (const [name, peer] of Object.entries(memoryPeers(true))) {
    for (const key of KEYS) await peer.set(key, VALUE);
    sharing[`${name} isolated`] = asyncLoop(
      method === 'get' ? (i) => peer.get(keyAt(i)) : (i) => peer.getOrSet(keyAt(i), never),
    );
  }
  const figures: Record<string, Measured> = await race(ctx, sharing);
  const peers = (ending: string): Record<string, Measured> =>
    Object.fromEntries(
      Object.entries(figures)
        .filter(([name]) => name.endsWith(ending))
        .sort(([, a], [, b]) => a.value - b.value)
        .map(([name, figure]) => [name.trim(), figure]),
    );
  const lru = { 'async lru-cache': figures.floor! };
  yield row({
    claim: `${method}, shared: against awaiting an async function around lru-cache`,
    ours: figures.shared!,
    peers: lru,
    target: '<= 2x',
  });
  yield row({
    claim: `${method}, shared: as fast as the fastest peer that shares too`,
    ours: figures.shared!,
    peers: peers(' '),
    inverse: true,
    target: '>= 3x',
  });
  yield row({
    claim: `${method}, isolated by copies: against the fastest peer that copies too`,
    ours: figures.clone!,
    peers: peers(' isolated'),
    inverse: true,
    target: '>= 3x',
  });
  yield row({
    claim: `${method}, frozen (our default): against the fastest peer that isolates`,
    ours: figures.frozen!,
    peers: peers(' isolated'),
    inverse: true,
    note: 'reported only: no peer freezes',
  });
  yield row({ claim: `${method}, shared, with 2 tags`, ours: figures.tags!, peers: lru });
}
