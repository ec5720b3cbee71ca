import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import type { Question } from './alone.js';
import { apart, raceApart } from './race-apart.js';

const ONE_KEY = { keys: 1, limit: 2 ** 31 - 1, buckets: 60 };

/** Decisions on one key and on many, each contestant by its own call and in a process of its own. */
export async function* decisions(ctx: BenchContext): AsyncGenerator<Row> {
  yield* oneKey(ctx);
  yield* manyKeys(ctx);
}

async function* oneKey(ctx: BenchContext): AsyncGenerator<Row> {
  const { check, isAllowed, ...peers } = await raceApart(
    ctx,
    ['check', 'isAllowed', 'rate-limiter-flexible', 'express-rate-limit', '@fastify/rate-limit'],
    ONE_KEY,
  );
  const note = 'each in its own process';
  const claim = '1 key: `check`';
  yield row({
    claim,
    ours: check,
    peers,
    against: 'rate-limiter-flexible',
    inverse: true,
    target: '>= 2x',
    note,
  });
  yield row({
    claim,
    ours: check,
    peers,
    against: 'express-rate-limit',
    inverse: true,
    target: '>= 1x',
    note,
  });
  yield row({
    claim: '1 key: `isAllowed`',
    ours: isAllowed,
    peers,
    against: 'rate-limiter-flexible',
    inverse: true,
    target: '>= 1.3x',
    note,
  });
  const question: Question = 'allocated';
  const server = await apart(ctx, 'check', ONE_KEY);
  const allocated = (await server.ask(question)) as number;
  await server.stop();
  yield row({ claim: 'heap that an allowed `check` allocates', ours: allocated, unit: 'B', target: '<= 16' });
}

async function* manyKeys(ctx: BenchContext): AsyncGenerator<Row> {
  const keys = ctx.scale(100_000, 100_000, 2_000);
  const limit = 10_000;
  const { check, ...peers } = await raceApart(
    ctx,
    ['check', 'rate-limiter-flexible', 'express-rate-limit', '@fastify/rate-limit'],
    { keys, limit, buckets: 10 },
  );
  const claim = `${keys.toLocaleString('en-US')} random keys: \`check\``;
  const note = `each in its own process; a limit of ${limit.toLocaleString('en-US')}`;
  yield row({
    claim,
    ours: check,
    peers,
    against: 'rate-limiter-flexible',
    inverse: true,
    target: '>= 4x',
    note,
  });
  yield row({
    claim,
    ours: check,
    peers,
    against: 'express-rate-limit',
    inverse: true,
    target: '>= 2.5x',
    note,
  });
}
