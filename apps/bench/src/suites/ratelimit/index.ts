import type { Suite } from '../../suite.js';
import { decisions } from './decisions.js';
import { flood } from './flood.js';
import { footprint } from './footprint.js';
import { onRedis } from './on-redis.js';

export const suite: Suite = {
  name: 'ratelimit',
  title: 'Rate limiting',
  peers: ['rate-limiter-flexible', 'express-rate-limit', '@fastify/rate-limit', 'ioredis'],
  async *run(ctx) {
    // First, while the heap is small: what others have left there would lengthen the collector's pauses.
    yield* flood(ctx);
    yield* decisions(ctx);
    yield* footprint(ctx);
    yield* onRedis(ctx);
  },
};
