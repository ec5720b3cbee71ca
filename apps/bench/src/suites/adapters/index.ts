import { row } from '../../row.js';
import { serve } from '../../serve.js';
import type { Suite } from '../../suite.js';
import { cpuDifference } from './cpu-difference.js';
import { HOSTS } from './hosts.js';

/** The most that an adapter may cost a request, in µs; a bare listener is only reported. */
const BOUNDS: Readonly<Record<string, number>> = { Express: 5, Koa: 5, Fastify: 8, Hono: 8 };

export const suite: Suite = {
  name: 'adapters',
  title: 'Adapters: what a middleware costs a request beyond one of the host’s own',
  peers: ['express', 'koa', 'fastify', 'hono', '@hono/node-server'],
  async *run(ctx) {
    const module = new URL('./alone.js', import.meta.url);
    for (const name of Object.keys(HOSTS)) {
      const start = (adapted: boolean) => () => serve(ctx, module, { argument: { name, adapted } });
      const { difference, base } = await cpuDifference(ctx, start(true), start(false));
      ctx.record(name, { difference, base });
      const bound = BOUNDS[name];
      yield row({
        claim: `${name}: CPU time that a middleware which does nothing costs more through the adapter`,
        ours: difference,
        ...(bound === undefined ? {} : { target: `<= ${bound}` }),
        note: `of ${base.value.toFixed(1)} µs for the whole request without it`,
      });
    }
  },
};
