import type { HttpFigures } from '../../http-race.js';
import { raceServers } from '../../http-race.js';
import type { Measured } from '../../measured.js';
import { measured } from '../../measured.js';
import { row } from '../../row.js';
import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext, Suite } from '../../suite.js';
import { burst } from './burst.js';
import { PAYLOAD, SERIAL } from './hosts/unique-key.js';
import { redisCommands } from './redis-commands.js';

const load = {
  path: '/',
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: PAYLOAD,
  client: 'node',
} as const;

const host = (ctx: BenchContext, name: string, argument: string): Promise<ServerUnderTest> =>
  serve(ctx, new URL(`./hosts/${name}.js`, import.meta.url), { argument });

/** What a middleware adds: CPU of the server with it less that of the same server without, round by round. */
function added(by: HttpFigures, bare: HttpFigures): Measured {
  return measured(
    by.cpu.rounds.map((cpu, round) => cpu - (bare.cpu.rounds[round] ?? NaN)),
    'µs/request',
  );
}

export const suite: Suite = {
  name: 'dedupe',
  title: 'Dedupe: what a new request, a replay and a burst cost',
  peers: ['@node-idempotency/core', 'express-idempotency', 'express'],
  async *run(ctx) {
    const fresh = await raceServers(
      ctx,
      {
        spark: await host(ctx, 'spark', 'plain'),
        ours: await host(ctx, 'spark', 'unique'),
        express: await host(ctx, 'express', 'plain'),
        nodeIdempotency: await host(ctx, 'express', 'node-idempotency'),
        expressIdempotency: await host(ctx, 'express', 'express-idempotency'),
      },
      { ...load, unique: SERIAL },
    );
    yield row({
      claim:
        'A unique POST of 1 KiB: CPU that the middleware adds, against the peer that fingerprints the body',
      ours: added(fresh.ours, fresh.spark),
      peers: {
        '@node-idempotency/core': added(fresh.nodeIdempotency, fresh.express),
        'express-idempotency (no fingerprint)': added(fresh.expressIdempotency, fresh.express),
      },
      target: '<= 0.5x',
    });

    const repeats = await raceServers(
      ctx,
      { replay: await host(ctx, 'spark', 'replay'), constant: await host(ctx, 'spark', 'constant') },
      load,
    );
    yield row({
      claim: 'Replay of 1 KiB: requests/s against the same server that answers a constant',
      ours: repeats.replay.rps,
      peers: { constant: repeats.constant.rps },
      target: '>= 0.6x',
    });

    const server = await host(ctx, 'spark', 'burst');
    const answers = await burst(server.port, '/slow', 1_000, PAYLOAD);
    const { runs, spread } = (await server.ask(null)) as { runs: number; spread: number };
    yield row({
      claim: "1,000 identical requests at once: the last follower's answer after the leader's, on the server",
      ours: spread,
      unit: 'ms',
      target: '<= 50 ms',
      note: `${answers} answers, the handler ran ${runs} time(s)`,
    });

    const commands = await redisCommands(ctx);
    yield row({
      claim: 'Redis: client commands for a new request',
      ours: commands.fresh,
      unit: 'commands',
      target: '<= 2',
    });
    yield row({
      claim: 'Redis: client commands for a replay',
      ours: commands.replay,
      unit: 'commands',
      target: '<= 1',
    });
  },
};
