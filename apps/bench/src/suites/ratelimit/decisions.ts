import { asyncLoop, loop, race } from '../../measure.js';
import { allocatedBytes } from '../../memory.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { express, fastify, flexible, ignore, LIMIT, ours, WINDOW } from './peers.js';

/** Decisions on one key and on many, each peer by its own call. */
export async function* decisions(ctx: BenchContext): AsyncGenerator<Row> {
  yield* oneKey(ctx);
  yield* manyKeys(ctx);
}

async function* oneKey(ctx: BenchContext): AsyncGenerator<Row> {
  const key = '203.0.113.195';
  const [sync, promised, rlf, erl, local] = [ours(), ours(), flexible(), express(), fastify(5_000)];
  const figures = await race(ctx, {
    check: loop(() => sync.check(key)),
    isAllowed: asyncLoop(() => promised.isAllowed(key)),
    'rate-limiter-flexible': asyncLoop(() => rlf.consume(key)),
    'express-rate-limit': asyncLoop(() => erl.increment(key)),
    '@fastify/rate-limit': loop(() => local.incr(key, ignore, WINDOW, LIMIT)),
  });
  const { check, isAllowed, ...peers } = figures;
  const claim = '1 key: `check`';
  yield row({ claim, ours: check, peers, against: 'rate-limiter-flexible', inverse: true, target: '>= 2x' });
  yield row({ claim, ours: check, peers, against: 'express-rate-limit', inverse: true, target: '>= 1x' });
  yield row({
    claim: '1 key: `isAllowed`',
    ours: isAllowed,
    peers,
    against: 'rate-limiter-flexible',
    inverse: true,
    target: '>= 1.3x',
  });
  const allocated = await allocatedBytes(() => sync.check(key));
  yield row({ claim: 'an allowed `check` allocates at most 16 bytes', ours: allocated, target: '<= 16.5' });
  await sync.close();
  await promised.close();
  erl.shutdown();
}

async function* manyKeys(ctx: BenchContext): AsyncGenerator<Row> {
  const count = ctx.scale(100_000, 100_000, 2_000);
  // As keys come from sockets and headers: flat strings, not the ropes that a template makes.
  const keys = Array.from({ length: count }, (_, i) =>
    Buffer.from(`user:${(i * 2_654_435_761) % 2 ** 32}`).toString('latin1'),
  );
  const order = Uint32Array.from({ length: 2 ** 20 }, () => Math.floor(Math.random() * count));
  const key = (i: number): string => keys[order[i & (2 ** 20 - 1)] as number] as string;
  const [sync, rlf, erl, local] = [ours(WINDOW / 10, 60_000), flexible(), express(), fastify(count)];
  for (const one of keys) {
    sync.check(one);
    await rlf.consume(one);
    await erl.increment(one);
    local.incr(one, ignore, WINDOW, LIMIT);
  }
  const { check, ...peers } = await race(ctx, {
    check: loop((i) => sync.check(key(i))),
    'rate-limiter-flexible': asyncLoop((i) => rlf.consume(key(i))),
    'express-rate-limit': asyncLoop((i) => erl.increment(key(i))),
    '@fastify/rate-limit': loop((i) => local.incr(key(i), ignore, WINDOW, LIMIT)),
  });
  const claim = `${count.toLocaleString('en-US')} random keys: \`check\``;
  yield row({ claim, ours: check, peers, against: 'rate-limiter-flexible', inverse: true, target: '>= 4x' });
  yield row({ claim, ours: check, peers, against: 'express-rate-limit', inverse: true, target: '>= 2.5x' });
  await sync.close();
  for (const one of keys) await rlf.delete(one);
  erl.shutdown();
}
