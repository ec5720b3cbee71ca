import type { Measured } from '../../measured.js';
import type { Contender } from '../../measure.js';
import { loop, race } from '../../measure.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext, Suite } from '../../suite.js';
import { backendDown } from './backend-down.js';
import type { Contestant, PoolName } from './contenders.js';
import { contestants, ourPool } from './contenders.js';
import { onPostgres } from './postgres.js';

const LOOPS = 100;
const HELD = Promise.resolve();

/** Borrow and give back, one after the other. */
function uncontended({ acquire, release }: Contestant): Contender {
  return async (times) => {
    for (let i = 0; i < times; i++) release(await acquire());
  };
}

/** A hundred loops on ten connections; each holds its own for one microtask. */
function contended({ acquire, release }: Contestant): Contender {
  return (times) =>
    Promise.all(
      Array.from({ length: LOOPS }, async () => {
        for (let i = 0; i < times / LOOPS; i++) {
          const token = await acquire();
          await HELD;
          release(token);
        }
      }),
    );
}

async function raceAll(
  ctx: BenchContext,
  contender: (pool: Contestant) => Contender,
): Promise<Record<PoolName, Measured>> {
  const pools = Object.entries(await contestants(ctx)) as [PoolName, Contestant][];
  const contenders = Object.fromEntries(pools.map(([name, pool]) => [name, contender(pool)]));
  return race(ctx, contenders as Record<PoolName, Contender>);
}

function* against(
  claim: string,
  { ours, ...peers }: Record<PoolName, Measured>,
  targets: [PoolName, string, boolean][],
): Iterable<Row> {
  for (const [peer, target, inverse] of targets) {
    yield row({ claim: `${claim}, against ${peer}`, ours, peers, against: peer, inverse, target });
  }
}

export const suite: Suite = {
  name: 'pool',
  title: 'Connection pools',
  peers: ['generic-pool', 'tarn', 'lightning-pool', 'pg-pool'],
  async *run(ctx) {
    yield* against('acquire + release, 10 idle', await raceAll(ctx, uncontended), [
      ['tarn', '>= 8x', true],
      ['generic-pool', '>= 4x', true],
      ['array floor', '<= 3x', false],
    ]);
    yield* against('100 loops on 10 connections', await raceAll(ctx, contended), [
      ['tarn', '>= 5x', true],
      ['array floor', '<= 2x', false],
    ]);
    const pool = await ourPool(ctx);
    const { tryAcquire } = await race(ctx, { tryAcquire: loop(() => pool.release(pool.tryAcquire()!)) });
    yield row({ claim: 'tryAcquire + release', ours: tryAcquire, target: '< 60' });
    yield* backendDown(ctx);
    yield* onPostgres(ctx);
  },
};
