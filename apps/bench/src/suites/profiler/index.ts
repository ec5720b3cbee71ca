import { raceServers } from '../../http-race.js';
import { row } from '../../row.js';
import { serve } from '../../serve.js';
import type { Suite } from '../../suite.js';
import { growthOver, heldByDistinctUrls } from './held-memory.js';
import { idleCost } from './idle-cost.js';
import { lessBare, recordCost } from './record-cost.js';
import { scrapeBlock } from './scrape-block.js';
import { throughput } from './throughput.js';

const MIB = 1024 * 1024;

export const suite: Suite = {
  name: 'profiler',
  title: 'Profiler: cost of the full record, throughput, memory',
  peers: ['prom-client', '@opentelemetry/sdk-metrics', 'express-prom-bundle', 'swagger-stats'],
  async *run(ctx) {
    const idle = await idleCost(ctx);
    yield row({
      claim: 'RuntimeMonitor: share of a core when idle, above an idle process',
      ours: Math.max(0, idle.on - idle.off),
      unit: 'cores',
      target: '<= 0.005',
    });

    const cost = await recordCost(ctx);
    const ours = lessBare(cost.ours, cost.bare);
    const prom = lessBare(cost.prom, cost.bare);
    yield row({ claim: 'Full record of a request, the whole middleware', ours, target: '<= 500 ns/op' });
    yield row({
      claim: 'Full record against one prom-client observe with three labels in a middleware',
      ours,
      peers: { 'prom-client': prom, OpenTelemetry: lessBare(cost.otel, cost.bare) },
      inverse: true,
      target: '>= 3x',
    });

    const load = {
      path: '/plain',
      connections: 64,
      duration: ctx.scale(1_000, 700, 200),
      rounds: ctx.scale(11, 5, 1),
    };
    const { plain, empty, least, profiled } = await throughput(ctx, load);
    yield row({
      claim: 'Requests/s of @spark-perf/server with the profiler, of those without',
      ours: profiled.rps,
      peers: { 'without it': plain.rps },
      target: '>= 0.98x',
    });
    yield row({
      claim: 'The same, of those with a middleware that does nothing',
      ours: profiled.rps,
      peers: { 'one that does nothing': empty.rps },
      note: 'what is recorded, less what any first middleware costs',
    });
    yield row({
      claim: 'For comparison: a middleware that only measures the time, of none',
      ours: least.rps,
      peers: { 'without it': plain.rps },
      note: 'two readings of the clock and one listener for `close`: nothing that tells a duration can cost less',
    });
    yield row({
      claim: 'CPU of the server per request with the profiler, of that without',
      ours: profiled.cpu,
      peers: {
        'without it': plain.cpu,
        'with one that does nothing': empty.cpu,
        'with one that measures the time': least.cpu,
      },
      note: 'steadier than requests/s where other programs want the processor too',
    });
    const express = new URL('./hosts/express.js', import.meta.url);
    const http = await raceServers(
      ctx,
      {
        express: await serve(ctx, express, { argument: 'bare' }),
        bundle: await serve(ctx, express, { argument: 'express-prom-bundle' }),
        swagger: await serve(ctx, express, { argument: 'swagger-stats' }),
      },
      load,
    );
    yield row({
      claim: 'For comparison: requests/s of Express with express-prom-bundle, of those without',
      ours: http.bundle.rps,
      peers: { 'without it': http.express.rps },
    });
    yield row({
      claim: 'For comparison: requests/s of Express with swagger-stats, of those without',
      ours: http.swagger.rps,
      peers: { 'without it': http.express.rps },
    });

    const urls = ctx.scale(1_000_000, 100_000, 2_000);
    const held = await heldByDistinctUrls(urls);
    yield row({
      claim: `${urls.toLocaleString('en')} distinct URLs: memory held, in MiB`,
      ours: held.bytes / MIB,
      unit: 'MiB',
      target: '<= 8',
      note: held.total === urls ? `totals exact, ${held.rows} rows` : `TOTALS WRONG: ${held.total}`,
    });
    const requests = ctx.scale(10_000_000, 1_000_000, 10_000);
    const growth = await growthOver(requests);
    yield row({
      claim: `${requests.toLocaleString('en')} requests: growth of the memory in use, in MiB`,
      ours: growth / MIB,
      unit: 'MiB',
      target: '<= 1',
      note: 'flat: what is left is the noise of a collection',
    });

    const block = await scrapeBlock(ctx);
    yield row({
      claim: 'Scrape of 5,000 histogram series: longest standstill of the event loop',
      ours: block.ours,
      peers: { 'prom-client': block.prom },
      unit: 'ms',
      target: '<= 5',
    });
  },
};
