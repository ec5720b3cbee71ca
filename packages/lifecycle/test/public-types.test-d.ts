import type { Context, Middleware, Unsubscribe } from '@spark-perf/core';
import { addResource, ResourceManager } from '@spark-perf/lifecycle';
import type {
  AddResource,
  DrainReport,
  LifecycleStats,
  ResourceManagerEvents,
  ResourceManagerOptions,
  ScopedContext,
  ShutdownResult,
  Unregister,
} from '@spark-perf/lifecycle';
import { ClusterManager } from '@spark-perf/lifecycle/cluster';
import type { ClusterManagerEvents, ClusterManagerOptions, WorkerFacts } from '@spark-perf/lifecycle/cluster';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';

// Options take undefined, and only what exists.
expectAssignable<ResourceManagerOptions>({ signals: ['SIGTERM'], shutdownTimeout: 5, exit: undefined });
expectAssignable<ResourceManagerOptions>({ signals: false });
expectNotAssignable<ResourceManagerOptions>({ signals: ['SIGNONE'] });
expectNotAssignable<ResourceManagerOptions>({ shutdownTimeout: '30s' });
expectError(new ResourceManager({ timeout: 5 }));

const resources = new ResourceManager();
const pool = { close: async () => {}, name: 'db' };

// A cleanup gets what was registered; what closes itself needs none.
expectType<Unregister>(resources.register('db', pool, (one) => expectType<typeof pool>(one)));
resources.register('db', pool);
resources.register('db', pool, { dependsOn: ['config'], timeout: 5_000 });
resources.register('db', pool, (one) => one.close(), { dependsOn: ['config'] });
expectError(resources.register('db', pool, (one: number) => one));
expectError(resources.register('db', pool, { after: ['config'] }));
expectType<Promise<void>>(resources.unregister('db'));

// Servers: http, https, or an app whose server appears.
expectType<Unsubscribe>(
  resources.server(createServer(), { linger: 300, readinessDelay: 0, timeout: 10_000 }),
);
resources.server(createSecureServer());
expectError(resources.server({}, { lingers: 5 }));

// Shutdown.
expectType<Promise<ShutdownResult>>(resources.shutdown('reason'));
expectType<AggregateError | undefined>((await resources.shutdown('reason', { exit: false })).errors);
expectType<Promise<void>>(resources.whenReady());
expectType<Promise<number>>(resources.run(async () => 1));
expectType<Promise<'late' | 'in time'>>(resources.run((signal) => (signal.aborted ? 'late' : 'in time')));
expectType<LifecycleStats>(resources.getStats());
expectAssignable<AsyncDisposable>(resources);

// Events are typed by name.
resources.on('drained', (event) => expectType<DrainReport>(event));
resources.on('cleanupError', (event) => expectType<ResourceManagerEvents['cleanupError']>(event));
expectError(resources.on('finished', () => {}));

// Request scope: a plain middleware, and an accessor for contexts that do not know of it.
declare const ctx: Context;
declare const scoped: ScopedContext;
expectType<Middleware>(resources.middleware({ timeout: 5 }));
expectType<Middleware>(resources.health({ live: '/livez', ready: '/readyz' }));
addResource(ctx, pool, (one) => expectType<typeof pool>(one));
expectType<AddResource>(scoped.addResource);
expectError(ctx.addResource(pool));

// The cluster.
expectAssignable<ClusterManagerOptions>({ workers: 'auto', maxMemory: Infinity });
expectNotAssignable<ClusterManagerOptions>({ workers: 'all' });
const cluster = new ClusterManager({ workers: 2 });
expectType<Promise<{ url: string } | undefined>>(
  cluster.run(({ slot, signal }) => {
    expectType<number>(slot);
    expectType<AbortSignal>(signal);
    return { url: 'http://127.0.0.1' };
  }),
);
expectType<Promise<void>>(cluster.reload());
cluster.on('gone', (event) => expectType<ClusterManagerEvents['gone']>(event));
cluster.on('draining', (event) => expectAssignable<WorkerFacts>(event));
expectError(cluster.on('exit', () => {}));
