import type { MetricFamily, MetricSource } from '@spark-perf/core';
import { metrics } from '@spark-perf/profiler';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@spark-perf/core';
import { Histogram, Registry } from 'prom-client';
import { collectGarbage } from '../../measure.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

const SERIES = 5_000;
const EDGES = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

function manySeries(): MetricSource {
  const samples = Array.from({ length: SERIES }, (_, i) => {
    const labels = { route: `/route-${i}`, method: 'GET', status: '200' };
    const buckets = EDGES.map((le) => ({ labels: { ...labels, le }, value: i, suffix: '_bucket' }));
    return [...buckets, { labels, value: i, suffix: '_sum' }, { labels, value: i, suffix: '_count' }];
  }).flat();
  const families: MetricFamily[] = [{ name: 'http_seconds', type: 'histogram', help: 'Many.', samples }];
  return { collect: () => families };
}

/** The longest that the event loop stood still while `work` ran, in ms: the gap between two turns of it. */
async function longestGap(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let done = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  await new Promise((resolve) => setImmediate(resolve)); // work that never paused is seen now
  done = true;
  return longest;
}

/** Longest standstill of one scrape of 5,000 histogram series, in the median of rounds: ours, and prom-client's. */
export async function scrapeBlock(ctx: BenchContext): Promise<{ ours: number; prom: number }> {
  const handle = metrics({ sources: [manySeries()] });
  const server = createServer((req, res) => {
    const context = { req, res, headers: req.headers, method: 'GET', statusCode: 200, responded: false };
    void handle(context as unknown as Context, () => Promise.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ctx.defer(() => server.close());
  const { port } = server.address() as AddressInfo;
  const registry = new Registry();
  const histogram = new Histogram({
    name: 'http_seconds',
    help: 'Many.',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  for (let i = 0; i < SERIES; i++)
    histogram.observe({ route: `/route-${i}`, method: 'GET', status: '200' }, i / 1_000);
  const rounds = { ours: [] as number[], prom: [] as number[] };
  const scraper = await serve(ctx, new URL('./hosts/scraper.js', import.meta.url));
  const warmUp = ctx.scale(3, 3, 1);
  for (let round = -warmUp; round < ctx.scale(11, 7, 1); round++) {
    collectGarbage(); // the series, which have just been made here, are not to be moved during a scrape
    await new Promise((resolve) => setTimeout(resolve, 100)); // sweeping goes on beside it for a while
    const ours = await longestGap(() => scraper.ask(port));
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const prom = await longestGap(() => registry.metrics());
    if (round < 0) continue;
    rounds.ours.push(ours);
    rounds.prom.push(prom);
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  return { ours: median(rounds.ours), prom: median(rounds.prom) };
}
