import type { ResourceManager } from '@spark-perf/lifecycle';
import type { ClusterManager } from '@spark-perf/lifecycle/cluster';
import { metrics } from '@spark-perf/profiler';
import { Spark } from '@spark-perf/server';
import { apiProxy, createBalancer } from './balancer.js';
import { createDashboard } from './dashboard.js';
import { createDedupe } from './dedupe.js';
import type { FrontActions, FrontParts } from './front-parts.js';
import { landingPage } from './landing/landing-page.js';
import { trialRoutes } from './landing/trial-routes.js';
import { startProfiling } from './profiler.js';
import { createLimiters } from './ratelimit.js';
import { connectRedis } from './redis.js';
import type { Settings } from './settings.js';

/**
 * The application on the public port: profiler → lifecycle → rate limit → dedupe → balancer → its own routes. What it
 * opens is registered with `resources`.
 */
export function openFront(
  settings: Settings,
  resources: ResourceManager,
  workers: ClusterManager | undefined,
  actions: FrontActions,
): FrontParts & { app: Spark } {
  const redis = connectRedis(settings);
  const profiling = startProfiling();
  const limiters = createLimiters(redis);
  const dedupe = createDedupe(redis);
  const balancer = createBalancer();
  const parts: FrontParts = { resources, profiling, limiters, dedupe, balancer, workers };
  const page = createDashboard(parts);

  const app = new Spark();
  app.use(profiling.profiler.middleware());
  app.use(resources.health());
  app.use(resources.middleware());
  app.use('/admin', page);
  app.use(limiters.middleware);
  app.use(dedupe.middleware());
  app.use(apiProxy(balancer));
  const { api, trips, trial } = limiters;
  const limits = Object.entries({ api, trips, trial }).map(([limiter, source]) => ({
    source,
    labels: { limiter },
  }));
  app.get(
    '/metrics',
    metrics({ sources: [profiling.profiler, profiling.runtime, ...limits, dedupe, balancer] }),
  );
  landingPage(app);
  trialRoutes(app, actions);

  // The built-in clients need a moment to end while new connections are still taken.
  resources.server(app, { linger: 300, timeout: 4_000, readinessDelay: settings.traffic ? 1_500 : 0 });
  resources.register('balancer', balancer);
  resources.register('dedupe', dedupe);
  resources.register('limiters', limiters);
  resources.register('profiling', profiling);
  if (redis !== undefined) resources.register('redis', redis, (client) => client.disconnect());
  return { app, ...parts };
}
