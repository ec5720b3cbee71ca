import type { AddressInfo } from 'node:net';
import type { MultiLevelCache } from '@spark-perf/cache';
import type { ResourceManager } from '@spark-perf/lifecycle';
import { Spark } from '@spark-perf/server';
import { addRoutes } from './api.js';
import type { WorkerReport } from './balancer.js';
import { cachedCities, createCache, createWarmer } from './cache.js';
import { slowDown } from './chaos/slow-down.js';
import { CityRepository } from './cities/city-repository.js';
import { reportMetrics } from './dashboard.js';
import type { OpenDatabase } from './pool.js';
import { openDatabase } from './pool.js';
import type { Profiling } from './profiler.js';
import { startProfiling } from './profiler.js';
import { connectRedis } from './redis.js';
import { apiRoute } from './routes/api-route.js';
import type { Settings } from './settings.js';

/** The parts of a worker that others look at. */
export interface WorkerParts {
  readonly app: Spark;
  readonly database: OpenDatabase;
  readonly cache: MultiLevelCache;
  readonly profiling: Profiling;
}

/** Opens everything that serves the API, and registers it: profiler → lifecycle → HTTP cache → routes. */
export function openWorker(settings: Settings, resources: ResourceManager): WorkerParts {
  const profiling = startProfiling();
  const redis = connectRedis(settings);
  const database = openDatabase(settings);
  const cache = createCache(redis, database);
  const cities = new CityRepository(database);
  const warmer = createWarmer(cache, cities);

  const app = new Spark({ keepAliveTimeout: 75_000 });
  // Only the front on this machine may say who the client is.
  app.settings.trustProxy = ['127.0.0.0/8', '::1'];
  app.use(profiling.profiler.middleware());
  app.use(resources.health());
  app.use(resources.middleware());
  app.use((ctx, next) => {
    // An answer from the HTTP cache never reaches the router, and counts for its route all the same.
    ctx.route = apiRoute(ctx.path);
    return next();
  });
  app.use(cache.middleware({ ttl: 30_000 }));
  app.use(slowDown());
  addRoutes(app, database, cachedCities(cities, cache));

  resources.register('profiling', profiling);
  resources.register('database', database);
  if (redis !== undefined) resources.register('redis', redis, (client) => client.disconnect());
  const uses = redis === undefined ? ['database'] : ['database', 'redis'];
  resources.register('cache', cache, (it) => it.close(), { dependsOn: uses });
  resources.register('warmer', warmer, (it) => it.stop(), { dependsOn: ['cache'] });
  warmer.start();
  return { app, database, cache, profiling };
}

/** One API worker, on a loopback port of its own. */
export async function runWorker(settings: Settings, resources: ResourceManager): Promise<WorkerReport> {
  const { app, database, cache, profiling } = openWorker(settings, resources);
  resources.server(app, { linger: 300, timeout: 4_000 });
  resources.register(
    'report',
    reportMetrics({
      // Under a name of its own: the front counts the same requests, as clients see them.
      profiler: { workers: profiling.profiler },
      runtime: profiling.runtime,
      memory: profiling.memory,
      pool: database.pool,
      cache,
    }),
  );
  // `exclusive`: workers of a cluster would share even a port that the system chooses.
  await new Promise<void>((resolve, reject) => {
    app.server.once('error', reject);
    app.server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, resolve);
  });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}
