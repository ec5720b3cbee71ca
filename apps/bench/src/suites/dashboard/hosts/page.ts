import { seededRandom } from '@spark-perf/core';
import { dashboard } from '@spark-perf/dashboard';
import { RequestDeduplicator } from '@spark-perf/dedupe';
import { MemoryLeakDetector, RequestProfiler, RuntimeMonitor } from '@spark-perf/profiler';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { Spark } from '@spark-perf/server';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../serve.js';

const ROUTES = 20;
const REQUESTS = 2_000;

/** The page over engines that have seen 40,000 requests of 20 routes. */
export async function start(): Promise<RunningServer> {
  const profiler = new RequestProfiler();
  const random = seededRandom(1);
  for (let route = 0; route < ROUTES; route++) {
    for (let i = 0; i < REQUESTS; i++) {
      profiler.recordMetrics(`GET:/api/route-${route}`, { duration: Math.exp(random() * 6 - 1) });
    }
  }
  const page = dashboard({
    profiler,
    runtime: new RuntimeMonitor(),
    memory: new MemoryLeakDetector(),
    limiter: new SlidingWindowRateLimiter({ maxRequests: 100 }),
    dedupe: new RequestDeduplicator(),
    authorize: () => true,
  });
  const app = new Spark({ signals: false });
  app.use('/admin', page);
  await app.listen(0, '127.0.0.1');
  return {
    port: (app.server.address() as AddressInfo).port,
    ask: () => page.dashboard.getStats(),
    close: async () => {
      await page.close();
      await app.close();
    },
  };
}
