import type { Contender } from '../../measure.js';
import { asyncLoop, loop } from '../../measure.js';
import { express, fastify, flexible, ignore, ours, WINDOW } from './peers.js';

/** What all contestants of a race are given. */
export interface Course {
  /** Distinct keys, asked about at random. */
  readonly keys: number;
  /** Above what any round asks for: all measure the way of a request that passes. */
  readonly limit: number;
  readonly buckets: number;
}

/** Each limiter by its own call; the promises of those that give one are awaited. */
export const CONTESTANTS = {
  check({ limit, buckets }, key) {
    const limiter = ours(limit, WINDOW / buckets);
    return loop((i) => limiter.check(key(i)));
  },
  isAllowed({ limit, buckets }, key) {
    const limiter = ours(limit, WINDOW / buckets);
    return asyncLoop((i) => limiter.isAllowed(key(i)));
  },
  'rate-limiter-flexible'({ limit }, key) {
    const limiter = flexible(limit);
    return asyncLoop((i) => limiter.consume(key(i)));
  },
  'express-rate-limit'(_course, key) {
    const store = express();
    return asyncLoop((i) => store.increment(key(i)));
  },
  '@fastify/rate-limit'({ keys, limit }, key) {
    const store = fastify(Math.max(keys, 5_000));
    return loop((i) => store.incr(key(i), ignore, WINDOW, limit));
  },
} satisfies Record<string, (course: Course, key: (index: number) => string) => Contender>;

export type ContestantName = keyof typeof CONTESTANTS;

const ADDRESS = '203.0.113.195';

/** A contestant that has met every key. */
export async function contestant(name: ContestantName, course: Course): Promise<Contender> {
  const count = course.keys;
  if (count === 1) return CONTESTANTS[name](course, () => ADDRESS);
  // As keys come from sockets and headers: flat strings, not the ropes that a template makes.
  const keys = Array.from({ length: count }, (_, i) =>
    Buffer.from(`user:${(i * 2_654_435_761) % 2 ** 32}`).toString('latin1'),
  );
  const order = Uint32Array.from({ length: 2 ** 20 }, () => Math.floor(Math.random() * count));
  let inTurn = true;
  const run = CONTESTANTS[name](
    course,
    (i) => keys[inTurn ? i : (order[i & (2 ** 20 - 1)] as number)] as string,
  );
  await run(count);
  inTurn = false;
  return run;
}
