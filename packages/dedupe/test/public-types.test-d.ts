import type { Context, MetricFamily, Middleware, Unsubscribe } from '@spark-perf/core';
import { MemoryDedupeStore, RequestDeduplicator } from '@spark-perf/dedupe';
import type {
  BypassReason,
  ClaimResult,
  DedupeEvents,
  DedupeStats,
  DedupeStore,
  Outcome,
  RequestDeduplicatorOptions,
} from '@spark-perf/dedupe';
import { RedisDedupeStore } from '@spark-perf/dedupe/redis';
import type { ConformanceTest } from '@spark-perf/dedupe/testing';
import { dedupeStoreTests } from '@spark-perf/dedupe/testing';
import { Cluster, Redis } from 'ioredis';
import { expectAssignable, expectError, expectNotAssignable, expectType } from 'tsd';

// Options take undefined, functions that answer at once or later, and only what exists.
expectAssignable<RequestDeduplicatorOptions>({ ttl: 0, idempotency: false, onOrphan: undefined });
expectAssignable<RequestDeduplicatorOptions>({ scope: (ctx: Context) => ctx.user?.id });
expectAssignable<RequestDeduplicatorOptions>({ scope: async () => 'tenant', skip: async () => true });
expectAssignable<RequestDeduplicatorOptions>({ fingerprint: (ctx: Context) => ctx.get('Digest') });
expectAssignable<RequestDeduplicatorOptions>({ headers: ['Location'], onStoreError: { keyed: 'open' } });
expectAssignable<RequestDeduplicatorOptions>({ headers: (name: string) => name !== 'etag' });
expectNotAssignable<RequestDeduplicatorOptions>({ idempotency: true });
expectNotAssignable<RequestDeduplicatorOptions>({ inFlight: 'queue' });
expectNotAssignable<RequestDeduplicatorOptions>({ ttl: '1m' });
expectError(new RequestDeduplicator({ lifetime: 5 }));

const dedupe = new RequestDeduplicator({ ttl: 60_000 });
declare const ctx: Context;
expectType<Middleware>(dedupe.middleware());
expectType<string>(dedupe.generateKey(ctx));
expectType<DedupeStats>(dedupe.getStats());
expectType<MetricFamily[]>(dedupe.collect());
expectType<Promise<void>>(dedupe.close());
expectAssignable<AsyncDisposable>(dedupe);

// Events are typed by name.
expectType<Unsubscribe>(dedupe.on('bypassed', ({ reason }) => expectType<BypassReason>(reason)));
dedupe.on('orphaned', (event) => expectType<DedupeEvents['orphaned']>(event));
expectError(dedupe.on('hit', () => {}));

// Stores: one contract, whose results can't be mixed up.
expectAssignable<DedupeStore>(new MemoryDedupeStore({ maxEntries: 5 }));
expectAssignable<DedupeStore>(new RedisDedupeStore(new Redis(), { prefix: 'p:' }));
expectAssignable<DedupeStore>(new RedisDedupeStore(new Cluster([])));
expectError(new RedisDedupeStore({}));
expectNotAssignable<DedupeStore>({ claim: async () => true });
declare const result: ClaimResult;
if (result.kind === 'settled') expectType<Outcome>(result.outcome);
if (result.kind === 'mismatch') expectError(result.outcome);
expectType<ConformanceTest[]>(
  dedupeStoreTests(async () => {
    const store: DedupeStore = new MemoryDedupeStore();
    return { store, elapse: async () => {}, dispose: () => store.close() };
  }),
);
