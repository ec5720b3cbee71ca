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

/**
 * V8 decides once in the life of a process where the objects of a call site are allocated. One that has decided badly
 * stays slower by a fifth, so that each side gets several, and all the same time to warm up.
 */
const PROCESSES = 3;

const HOSTS = {
  spark: ['spark', 'plain'],
  ours: ['spark', 'unique'],
  express: ['express', 'plain'],
  nodeIdempotency: ['express', 'node-idempotency'],
} as const;

async function processes(ctx: BenchContext): Promise<Record<string, ServerUnderTest>> {
  const servers: Record<string, ServerUnderTest> = {};
  for (let number = 0; number < PROCESSES; number++) {
    for (const [name, [module, argument]] of Object.entries(HOSTS))
      servers[`${name}${number}`] = await host(ctx, module, argument);
  }
  return servers;
}

/**
 * What a middleware adds: CPU of the servers with it less that of the same servers without, process by process and
 * round by round.
 */
function added(figures: Readonly<Record<string, HttpFigures>>, by: string, bare: string): Measured {
  const rounds: number[] = [];
  for (let number = 0; number < PROCESSES; number++) {
    const less = figures[`${bare}${number}`]?.cpu.rounds ?? [];
    figures[`${by}${number}`]?.cpu.rounds.forEach((cpu, round) => rounds.push(cpu - (less[round] ?? NaN)));
  }
  return measured(rounds, 'µs/request');
}

export const suite: Suite = {
  name: 'dedupe',
  title: 'Dedupe: what a new request, a replay and a burst cost',
  peers: ['@node-idempotency/core', 'express-idempotency', 'express'],
  async *run(ctx) {
    const race = {
      ...load,
      unique: SERIAL,
      rounds: ctx.scale(5, 2, 1),
      duration: ctx.scale(2_000, 1_000, 200),
    };
    const fresh = await raceServers(ctx, await processes(ctx), race);
    const other = await raceServers(
      ctx,
      { bare: await host(ctx, 'express', 'plain'), with: await host(ctx, 'express', 'express-idempotency') },
      { ...race, rounds: ctx.scale(3, 1, 1) },
    );
    yield row({
      claim:
        'A unique POST of 1 KiB: CPU that the middleware adds, against the peer that fingerprints the body',
      ours: added(fresh, 'ours', 'spark'),
      peers: {
        '@node-idempotency/core': added(fresh, 'nodeIdempotency', 'express'),
        'express-idempotency (no fingerprint)': other.with.cpu.value - other.bare.cpu.value,
      },
      target: '<= 0.5x',
      note: `${PROCESSES} processes each`,
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
