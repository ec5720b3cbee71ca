import type { MetricFamily } from '@spark-perf/core';
import { CircuitBreaker } from '@spark-perf/core';
import { FakeBalancer } from './fake-balancer.js';
import { FakeProfiler } from './fake-profiler.js';
import { families, FakeSource } from './fake-source.js';

/** A source of each kind, as the engines of the suite show themselves. `step` is a second of life. */
export class FakeSystem {
  seconds = 0;
  readonly profiler = new FakeProfiler();
  readonly balancer = new FakeBalancer();
  readonly breaker = new CircuitBreaker();
  readonly runtime = new FakeSource(() => this.#runtime());
  readonly memory = new FakeSource(
    () => families('gauge', { 'spark_memory_leak_verdict|verdict': { healthy: 1, leaking: 0 } }),
    () => ({ verdict: 'healthy', evidence: { reason: 'The live heap does not grow.' } }),
  );
  readonly cache = new FakeSource(
    () =>
      families('counter', {
        'spark_cache_hits|level': { l1: this.seconds * 930, l2: this.seconds * 150, l3: this.seconds * 41 },
        'spark_cache_misses|level': { l1: this.seconds * 210, l2: this.seconds * 60, l3: this.seconds * 19 },
        'spark_cache_errors|level': { l1: 0, l2: 1, l3: 0 },
      }),
    () => ({ l1: { hits: 1 }, l2: { hits: 1, up: true }, l3: { hits: 1, up: true } }),
  );
  readonly pool = new FakeSource(() => this.#pool());
  readonly limiter = new FakeSource(
    () => this.#limiter(),
    () => ({
      topDenied: [
        { key: '203.0.113.77', count: 412 },
        { key: '2001:db8:7:1::9', count: 77 },
        { key: 'secret-api-key-42', count: 12 },
      ],
    }),
  );
  readonly dedupe = new FakeSource(() => [
    ...families('counter', {
      'spark_dedupe_requests|outcome': { coalesced: this.seconds * 3, replayed: this.seconds, conflicts: 2 },
    }),
    ...families('gauge', { spark_dedupe_in_flight: 2 }),
  ]);
  readonly lifecycle = new FakeSource(
    () => [
      ...families('gauge', {
        spark_lifecycle_resources: 7,
        'spark_lifecycle_connections|state': { idle: 31, active: 12 },
        spark_lifecycle_request_scopes_open: 4,
      }),
      ...families('counter', { 'spark_lifecycle_cleanups|outcome': { done: 3 } }),
    ],
    () => ({ phase: 'running' }),
  );

  get sources() {
    const { profiler, runtime, memory, cache, pool, limiter, dedupe, lifecycle, balancer, breaker } = this;
    return { profiler, runtime, memory, cache, pool, limiter, dedupe, lifecycle, balancer, breaker };
  }

  step(requests = 900 + 300 * Math.sin(this.seconds / 9)): void {
    this.seconds++;
    this.profiler.serve(requests);
  }

  #runtime(): readonly MetricFamily[] {
    const wave = Math.sin(this.seconds / 7);
    return [
      ...families('gauge', {
        nodejs_eventloop_delay_p99_seconds: 0.012 + 0.008 * wave,
        nodejs_eventloop_utilization_ratio: 0.5 + 0.1 * wave,
        'v8js_memory_heap_used_bytes|v8js_heap_space_name': {
          old_space: 7e7 + (this.seconds % 30) * 1e6,
          new_space: 6e6,
        },
        v8js_memory_heap_limit_bytes: 4.3e9,
        process_memory_usage_bytes: 1.7e8,
        'v8js_resource_active|v8js_resource_type': { TCPSocketWrap: 43, Timeout: 6 },
      }),
      ...families('counter', {
        'process_cpu_time_seconds|cpu_mode': {
          user: this.seconds * (0.5 + 0.02 * wave),
          system: this.seconds * 0.08,
        },
      }),
      {
        name: 'v8js_gc_duration_seconds',
        type: 'histogram',
        help: 'Collections.',
        samples: [{ labels: {}, value: this.seconds * 0.014, suffix: '_sum' }],
      },
    ];
  }

  #pool(): readonly MetricFamily[] {
    const borrowed = Math.round(6 + 3 * Math.sin(this.seconds / 5));
    return [
      ...families('gauge', {
        'spark_pool_connections|state': { idle: 12 - borrowed, borrowed, creating: 0 },
        spark_pool_connections_limit: 20,
        spark_pool_waiters: 0,
      }),
      ...families('counter', {
        spark_pool_borrowed: this.seconds * 310,
        spark_pool_timeouts: 0,
        spark_pool_failures: 1,
      }),
      {
        name: 'spark_pool_wait_seconds',
        type: 'summary',
        help: 'Waits.',
        samples: [{ labels: { quantile: '0.99' }, value: 0.0021 }],
      },
    ];
  }

  #limiter(): readonly MetricFamily[] {
    return [
      ...families('counter', {
        'spark_ratelimit_decisions|outcome': { allowed: this.seconds * 940, denied: this.seconds * 17 },
      }),
      ...families('gauge', { spark_ratelimit_store_up: 1, spark_ratelimit_keys: 318 }),
    ];
  }
}
