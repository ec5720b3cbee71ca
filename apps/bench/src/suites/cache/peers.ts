import { createCache as createDedupe } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache as createManager } from 'cache-manager';
import { Cacheable, createKeyv } from 'cacheable';

/** What is cached: about 120 bytes as JSON. */
export const VALUE = Object.freeze({
  id: 123_456,
  name: 'Ann Example',
  email: 'ann@example.com',
  tags: ['a', 'b', 'c'],
  active: true,
  score: 12.5,
});
export const TTL = 600_000;
export const KEYS = Array.from({ length: 1_000 }, (_, index) => `key:${index}`);

/** A cache as these benchmarks use all of them. */
export interface Peer {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, tags?: string[]): Promise<unknown>;
  getOrSet(key: string, fetcher: () => Promise<unknown>, tags?: string[]): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Only where it has tags. */
  deleteByTag?(tag: string): Promise<unknown>;
}

/** Every peer in memory. `isolated`: nobody can change the kept value through what was given out. */
export function memoryPeers(isolated: boolean): Record<string, Peer> {
  const bento = new BentoCache({
    default: 'memory',
    stores: {
      memory: bentostore().useL1Layer(memoryDriver({ maxItems: 10_000, serialize: isolated })),
    },
    ttl: TTL,
  });
  const cacheable = new Cacheable({ primary: createKeyv({ lruSize: 10_000, useClone: isolated }), ttl: TTL });
  const manager = createManager({ ttl: TTL });
  const peers: Record<string, Peer> = {
    bentocache: {
      get: (key) => bento.get({ key }),
      set: (key, value, tags) => bento.set({ key, value, ...(tags === undefined ? {} : { tags }) }),
      getOrSet: (key, factory, tags) =>
        bento.getOrSet({ key, factory, ...(tags === undefined ? {} : { tags }) }),
      delete: (key) => bento.delete({ key }),
      deleteByTag: (tag) => bento.deleteByTag({ tags: [tag] }),
    },
    cacheable: {
      get: (key) => cacheable.get(key),
      set: (key, value) => cacheable.set(key, value),
      getOrSet: (key, fetcher) => cacheable.getOrSet(key, fetcher),
      delete: (key) => cacheable.delete(key),
    },
  };
  if (isolated) return peers;
  return {
    ...peers,
    'cache-manager': {
      get: (key) => manager.get(key),
      set: (key, value) => manager.set(key, value),
      getOrSet: (key, fetcher) => manager.wrap(key, fetcher),
      delete: (key) => manager.del(key),
    },
  };
}

/** async-cache-dedupe has no get and set, only functions that it keeps the results of. */
export function dedupeCall(fetcher: (key: string) => Promise<unknown>): (key: string) => Promise<unknown> {
  const cache = createDedupe({ ttl: TTL / 1_000, storage: { type: 'memory', options: { size: 10_000 } } });
  const defined = cache.define('fetch', fetcher) as unknown as {
    fetch(key: string): Promise<unknown>;
  };
  return (key) => defined.fetch(key);
}
