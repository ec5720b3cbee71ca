import { raceServers } from '../../http-race.js';
import { row } from '../../row.js';
import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext, Suite } from '../../suite.js';
import { assertSameBytes } from './same-bytes.js';

const HOSTS = ['spark', 'node-http', 'fastify', 'koa', 'express'] as const;
type Host = (typeof HOSTS)[number];

async function start(ctx: BenchContext, middlewares: number): Promise<Record<Host, ServerUnderTest>> {
  const servers = {} as Record<Host, ServerUnderTest>;
  for (const host of HOSTS) {
    servers[host] = await serve(ctx, new URL(`./hosts/${host}.js`, import.meta.url), {
      argument: middlewares,
    });
  }
  await assertSameBytes(servers);
  return servers;
}

export const suite: Suite = {
  name: 'server',
  title: 'Server: GET /plain, the same bytes from every host',
  peers: ['fastify', 'koa', '@koa/router', 'express', 'find-my-way'],
  async *run(ctx) {
    const servers = await start(ctx, 0);
    // Many short rounds: whatever else the machine does disturbs few of them for long.
    const load = { path: '/plain', connections: 64, duration: ctx.scale(1_000, 1_000, 200) };
    const figures = await raceServers(ctx, servers, { ...load, rounds: ctx.scale(21, 7, 1) });
    const ours = figures.spark.rps;
    yield row({
      claim: 'GET /plain: requests/s against a bare node:http handler',
      ours,
      peers: { 'node:http': figures['node-http'].rps },
      target: '>= 0.85x',
    });
    yield row({
      claim: 'GET /plain: requests/s against Fastify',
      ours,
      peers: { Fastify: figures.fastify.rps },
      target: '>= 0.9x',
    });
    yield row({
      claim: 'GET /plain: requests/s above Koa with its router',
      ours,
      peers: { Koa: figures.koa.rps },
      target: '> 1x',
    });
    yield row({
      claim: 'GET /plain: requests/s above Express',
      ours,
      peers: { Express: figures.express.rps },
      target: '> 1x',
    });
    yield row({
      claim: "GET /plain: CPU of the server's process per request",
      ours: figures.spark.cpu,
      peers: Object.fromEntries(HOSTS.slice(1).map((host) => [host, figures[host].cpu])),
      note: 'steadier than requests/s where other programs want the processor too',
    });
    await Promise.all(HOSTS.map((host) => servers[host].stop()));

    const layered = await raceServers(ctx, await start(ctx, 8), { ...load, rounds: ctx.scale(9, 3, 1) });
    yield row({
      claim: 'GET /plain below 8 middlewares: requests/s',
      ours: layered.spark.rps,
      peers: { Koa: layered.koa.rps, Express: layered.express.rps, 'Fastify (8 hooks)': layered.fastify.rps },
    });
  },
};
