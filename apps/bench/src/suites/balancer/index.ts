import type { HttpFigures } from '../../http-race.js';
import { raceServers } from '../../http-race.js';
import type { Measured } from '../../measured.js';
import { row } from '../../row.js';
import { serve } from '../../serve.js';
import type { Suite } from '../../suite.js';
import { abortRows } from './aborts.js';
import { pickRows } from './picking.js';
import { probeRows } from './probe.js';
import { startProxies } from './proxies.js';
import { stalledRows } from './stalled.js';

const NODE_PEERS = [
  'http-proxy with agent',
  'http-proxy',
  'http-proxy-3',
  'fast-proxy',
  '@fastify/reply-from',
];
const WITH_AGENT = 'http-proxy with agent';

type Figures = Record<string, HttpFigures>;

const column = (
  figures: Figures,
  what: 'cpu' | 'rps',
  names = Object.keys(figures),
): Record<string, Measured> =>
  Object.fromEntries(
    names.filter((name) => name !== 'ours' && name in figures).map((name) => [name, figures[name]![what]]),
  );

const best = (peers: Record<string, Measured>): string =>
  Object.entries(peers).reduce((least, peer) => (peer[1].value < least[1].value ? peer : least))[0];

export const suite: Suite = {
  name: 'balancer',
  title: 'Balancer: a reverse proxy in front of one upstream',
  peers: ['http-proxy', 'http-proxy-3', 'fast-proxy', '@fastify/reply-from', 'undici'],
  async *run(ctx) {
    yield* probeRows(ctx);
    yield* pickRows(ctx);
    const upstream = await serve(ctx, new URL('./hosts/upstream.js', import.meta.url));
    const proxies = await startProxies(ctx, upstream.port);
    const small: Figures = await raceServers(ctx, proxies, { path: '/', connections: 50 });
    const ours = small.ours!;
    const nodeCpu = column(small, 'cpu', NODE_PEERS);
    yield row({
      claim: 'GET 1 KiB: CPU per request against http-proxy with agent',
      ours: ours.cpu,
      peers: { [WITH_AGENT]: nodeCpu[WITH_AGENT]! },
      target: '<= 0.65x',
    });
    yield row({
      claim: 'GET 1 KiB: CPU per request below every Node peer',
      ours: ours.cpu,
      peers: nodeCpu,
      against: best(nodeCpu),
      target: '< 1x',
    });
    if (small.nginx !== undefined) {
      yield row({
        claim: 'GET 1 KiB: CPU per request against nginx, one worker',
        ours: ours.cpu,
        peers: column(small, 'cpu', ['nginx', 'haproxy']),
        target: '<= 5.5x',
      });
    } else {
      yield row({
        claim: 'GET 1 KiB: CPU per request against nginx',
        ours: null,
        target: '<= 5.5x',
        note: 'nginx is not installed',
      });
    }
    yield row({
      claim: 'GET 1 KiB: requests/s against http-proxy with agent',
      ours: ours.rps,
      peers: column(small, 'rps'),
      against: WITH_AGENT,
      target: '>= 1.4x',
    });

    const { 'http-proxy': _unpooled, ...pooled } = proxies;
    const large: Figures = await raceServers(ctx, pooled, {
      path: '/large',
      connections: 10,
      rounds: ctx.scale(5, 3, 1),
    });
    const largeCpu = column(large, 'cpu', NODE_PEERS);
    yield row({
      claim: 'GET 1 MiB: CPU per request against the best Node peer',
      ours: large.ours!.cpu,
      peers: largeCpu,
      against: best(largeCpu),
      target: '<= 1.1x',
    });
    yield* stalledRows(ctx);
    yield* abortRows(ctx);
  },
};
