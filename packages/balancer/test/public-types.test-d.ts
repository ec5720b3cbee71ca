import type { Context, MetricFamily, Middleware, Unsubscribe } from '@spark-perf/core';
import { LeastConnectionsPicker, LoadBalancer, NoServerError } from '@spark-perf/balancer';
import type {
  AlgorithmName,
  LoadBalancerStats,
  PickableServer,
  Picker,
  ServerStats,
  TransportFactory,
  UpstreamFailure,
} from '@spark-perf/balancer';
import { expectAssignable, expectError, expectType } from 'tsd';

declare const ctx: Context;

const balancer = new LoadBalancer({
  algorithm: 'response-time',
  healthCheckInterval: 30_000,
  healthCheckTimeout: 5_000,
});
expectType<LoadBalancer>(balancer.addServer({ id: 'a', url: 'http://127.0.0.1:3001', weight: 2 }));
expectType<Middleware>(balancer.middleware());
expectType<Promise<void>>(balancer.removeServer('a', { drain: 10_000 }));
expectType<ServerStats>(balancer.getServer(ctx));
expectType<ServerStats>(balancer.getServer());
expectType<Promise<void>>(balancer.setServers([{ id: 'a', url: 'http://a' }]));
expectType<Promise<void>>(balancer.checkHealth());
expectType<Promise<() => void>>(balancer.discover({ id: 'api', url: 'http://api.internal' }));
expectType<LoadBalancerStats>(balancer.getStats());
expectType<MetricFamily[]>(balancer.collect());
expectType<Promise<void>>(balancer.close({ drain: 0 }));
expectAssignable<AsyncDisposable>(balancer);

const stop = balancer.on('attemptFailed', ({ id, failure, error }) => {
  expectType<string>(id);
  expectType<UpstreamFailure>(failure);
  expectType<Error>(error);
});
expectType<Unsubscribe>(stop);
expectError(balancer.on('failed', () => {}));

expectError(new LoadBalancer({ algorithm: 'fastest' }));
expectError(new LoadBalancer({ retryOn: [500] }));
expectError(new LoadBalancer({ forwarded: true }));
expectError(balancer.addServer({ id: 'a' }));
expectError(balancer.removeServer('a', 10_000));

new LoadBalancer({ algorithm: { pick: (servers) => servers[0]! } });
new LoadBalancer({ algorithm: new LeastConnectionsPicker() });
expectAssignable<Picker>({ pick: (servers: readonly PickableServer[]) => servers[0]! });
expectAssignable<AlgorithmName>('two-choices');

new LoadBalancer({
  beforeRequest: async ({ headers, path, attempt }) => {
    expectType<string>(path);
    expectType<number>(attempt);
    headers.set('X-A', 'b').delete('X-C');
  },
  afterResponse: (response) => {
    response.status = 201;
    expectError((response.server = 'x'));
  },
});

expectAssignable<TransportFactory>((_target, { connectTimeout }) => {
  expectType<number>(connectTimeout);
  return {
    dispatch: (_request, handler) => handler.onError(new Error('no')),
    destroy: () => {},
  };
});
expectType<'SPARK_NO_SERVER'>(new NoServerError(1).code);
