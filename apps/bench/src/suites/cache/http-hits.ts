import { raceServers } from '../../http-race.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

/** A hit through the middleware, against the same server that answers the same bytes from a constant. */
export async function* httpHits(ctx: BenchContext): AsyncGenerator<Row> {
  const module = new URL('./hosts/spark.js', import.meta.url);
  const servers = {
    cached: await serve(ctx, module, { argument: 'cached' }),
    constant: await serve(ctx, module, { argument: 'constant' }),
  };
  const load = { path: '/plain', connections: 64, duration: ctx.scale(1_000, 1_000, 200) };
  const figures = await raceServers(ctx, servers, { ...load, rounds: ctx.scale(15, 5, 1) });
  yield row({
    claim: 'HTTP hit: requests/s against the same server and bytes from a constant',
    ours: figures.cached.rps,
    peers: { constant: figures.constant.rps },
    target: '>= 0.7x',
  });
}
