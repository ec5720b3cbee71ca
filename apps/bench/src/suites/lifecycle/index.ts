import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { measured } from '../../measured.js';
import { row } from '../../row.js';
import { serve } from '../../serve.js';
import type { Suite } from '../../suite.js';
import { levels } from './levels.js';
import type { RequestScopeFigures } from './request-scope-host.js';
import { rollingRestarts } from './rolling-restarts.js';
import { PEERS } from './stopping.js';
import { stopTime } from './stop-time.js';

/** Of the default, plus the bound: no request of this load is on its way for longer than a few ms. */
const STOP_BOUND = 300 + 100;

export const suite: Suite = {
  name: 'lifecycle',
  title: 'Shutdown, draining, rolling restarts',
  peers: ['@godaddy/terminus', 'http-terminator', 'close-with-grace'],
  async *run(ctx) {
    const host = await serve(ctx, new URL('./request-scope-host.js', import.meta.url), {
      argument: ctx.effort,
    });
    const { used, unused, without, bytes } = (await host.ask(null)) as RequestScopeFigures;
    await host.stop();
    yield row({
      claim: 'request scope: one resource with a synchronous cleanup, beyond the bare request',
      ours: used - without,
      unit: 'ns',
      target: '<= 400',
      note: `${Math.round(used)} − ${Math.round(without)} ns`,
    });
    yield row({
      claim: 'request scope, unused: time beyond a middleware that does nothing',
      ours: Math.max(0, unused - without),
      unit: 'ns',
      note: 'one property is set',
    });
    yield row({
      claim: 'request scope, unused: allocates nothing',
      ours: bytes,
      unit: 'B/request',
      target: '<= 0',
    });

    const restarts = ctx.scale(50, 10, 1);
    const requests = ctx.scale(100_000, 20_000, 500);
    const ours = await rollingRestarts('cluster', restarts, requests);
    ctx.record('rolling restarts: ClusterManager', ours);
    const dropped: Record<string, number> = {};
    const fewer = Math.max(1, Math.round(restarts / 10));
    for (const name of ['spark-perf', ...PEERS] as const) {
      ctx.log(`rolling restarts: ${name}`);
      const outcome = await rollingRestarts(name, fewer, 0);
      ctx.record(`rolling restarts: ${name}`, outcome);
      if (name !== 'spark-perf') dropped[name] = outcome.failed;
      else {
        yield row({
          claim: 'ResourceManager under a plain node:cluster primary drops no keep-alive POST',
          ours: outcome.failed,
          unit: 'failed',
          target: '<= 0',
          note: `${outcome.answered} answered, ${fewer} restarts of 2 workers`,
        });
      }
    }
    yield row({
      claim: 'rolling restarts drop no keep-alive POST (16 clients without retries)',
      ours: ours.failed,
      peers: dropped,
      unit: 'failed',
      target: '<= 0',
      note: `ours: ${ours.answered} answered, ${restarts} restarts of 2 workers; peers: ${fewer} restarts`,
    });

    const rounds = ctx.scale(5, 2, 1);
    const times: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round++) {
      for (const name of ['spark-perf', ...PEERS] as const) (times[name] ??= []).push(await stopTime(name));
    }
    yield row({
      claim: 'stop with busy keep-alive clients: linger (300 ms) + 100 ms at most',
      ours: measured(times['spark-perf'] ?? [], 'ms'),
      peers: Object.fromEntries(PEERS.map((name) => [name, measured(times[name] ?? [], 'ms')])),
      target: `<= ${STOP_BOUND}`,
      note: '10,000 ms: killed',
    });

    const late: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const child = fork(fileURLToPath(new URL('./stuck-server.js', import.meta.url)), [], {
        execArgv: [],
        silent: true,
      });
      const [{ over }] = (await once(child, 'message')) as [{ over: number }];
      late.push(over);
    }
    yield row({
      claim: 'everything stuck: gone by the deadline + 200 ms',
      ours: Math.max(...late),
      unit: 'ms late',
      target: '<= 200',
    });

    const { all, chain } = await levels(ctx.scale(7, 3, 1));
    yield row({
      claim: '1,000 resources in 10 levels: at most 1.3x the critical path',
      ours: all,
      peers: { 'critical path': chain },
      target: '<= 1.3x',
    });
  },
};
