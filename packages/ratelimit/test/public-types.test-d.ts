import type { Context, MetricSource, Middleware } from '@spark-perf/core';
import { Cluster, Redis } from 'ioredis';
import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';
import type {
  RateLimitDecision,
  RateLimiterOptions,
  RateLimiterStats,
  SyncWindows,
  SyncWindowStore,
  WindowSpec,
  WindowStore,
} from '@spark-perf/ratelimit';
import { ipKey, MapWindowStore, MemoryWindowStore, SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { RedisWindowStore } from '@spark-perf/ratelimit/redis';
import type { ConformanceTest } from '@spark-perf/ratelimit/testing';
import { windowStoreTests } from '@spark-perf/ratelimit/testing';

const limiter = new SlidingWindowRateLimiter({ maxRequests: 100, windowSize: 60_000, precision: 1_000 });

expectType<Promise<RateLimitDecision>>(limiter.isAllowed('k'));
expectType<RateLimitDecision>(limiter.check('k', 3));
expectType<Promise<RateLimitDecision>>(limiter.peek('k'));
expectType<Promise<void>>(limiter.refund('k', 2));
expectType<Promise<void>>(limiter.reset('k'));
expectType<RateLimiterStats>(limiter.getStats());
expectAssignable<MetricSource>(limiter);
expectAssignable<AsyncDisposable>(limiter);
expectError(limiter.isAllowed(1));
expectError(limiter.check('k', '1'));

const { allowed, limit, remaining, resetTime, retryAfter } = limiter.check('k');
expectType<boolean>(allowed);
expectType<[number, number, number, number]>([limit, remaining, resetTime, retryAfter]);
expectError((limiter.check('k').allowed = true));

expectType<Middleware>(limiter.middleware());
limiter.middleware((ctx) => ctx.user?.id);
limiter.middleware({ keyGenerator: async (ctx) => ipKey(String(ctx.ip)) });
expectError(limiter.middleware('ip'));
expectError(limiter.middleware({ key: () => 'k' }));

limiter.on('denied', ({ key, decision }) => {
  expectType<string>(key);
  expectType<RateLimitDecision>(decision);
});
limiter.on('storeRecovered', ({ downFor }) => expectType<number>(downFor));
expectError(limiter.on('refused', () => undefined));

new SlidingWindowRateLimiter({
  policies: [
    { name: 'burst', maxRequests: 10, windowSize: 1_000 },
    { name: 'daily', maxRequests: 1_000, windowSize: 86_400_000, precision: undefined },
  ],
  headers: ['legacy', 'draft-11'],
  store: new RedisWindowStore(new Redis(), { prefix: 'api:' }),
});
new RedisWindowStore(new Cluster([]));
expectError(new RedisWindowStore({ get: () => 1 }));
expectAssignable<RateLimiterOptions>({ headers: false, maxRequests: undefined, store: 'map' });
expectNotAssignable<RateLimiterOptions>({ headers: 'draft-5' });
expectNotAssignable<RateLimiterOptions>({ onStoreError: 'throw' });
expectNotAssignable<RateLimiterOptions>({ onTableFull: 'evict' });
expectError(new SlidingWindowRateLimiter({ max: 1 }));
expectError(new SlidingWindowRateLimiter({ policies: [{ name: 'burst' }] }));

// A context of the user's own reaches whatever is a function of the request.
interface Tenant extends Context {
  readonly tenant: { readonly quota: number };
}
const perTenant = new SlidingWindowRateLimiter<Tenant>({
  maxRequests: (ctx) => ctx.tenant.quota,
  cost: async (ctx) => ctx.tenant.quota,
  onLimit: (ctx, decision) => ctx.status(decision.allowed ? 200 : 429),
});
expectType<Middleware<Tenant>>(perTenant.middleware((ctx) => ctx.tenant.quota));

expectAssignable<WindowStore>(new MemoryWindowStore({ maxKeys: 64 }));
expectAssignable<SyncWindowStore>(new MapWindowStore());
expectNotAssignable<SyncWindowStore>(new RedisWindowStore(new Redis()));
expectType<SyncWindows>(new MemoryWindowStore().open({} as WindowSpec));
expectType<ConformanceTest[]>(
  windowStoreTests(async () => ({
    store: new MapWindowStore(),
    step: () => undefined,
    dispose: async () => undefined,
  })),
);
