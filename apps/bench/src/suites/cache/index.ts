import type { Suite } from '../../suite.js';
import { coherence } from './coherence.js';
import { deadRedis } from './dead-redis.js';
import { hits } from './hits.js';
import { httpHits } from './http-hits.js';
import { footprint } from './footprint.js';
import { onRedis } from './on-redis.js';
import { stampedes } from './stampedes.js';

export const suite: Suite = {
  name: 'cache',
  title: 'Cache: hits, stampedes, batches, what comes back after a delete',
  peers: ['bentocache', 'cacheable', 'cache-manager', 'async-cache-dedupe', 'lru-cache'],
  async *run(ctx) {
    yield* hits(ctx);
    yield* stampedes(ctx);
    yield* onRedis(ctx);
    yield* httpHits(ctx);
    yield* coherence(ctx);
    yield* deadRedis(ctx);
    yield* footprint(ctx);
  },
};
