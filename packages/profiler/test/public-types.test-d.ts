import type { Context, MetricFamily, MetricSource, Middleware, Unsubscribe } from '@spark-perf/core';
import {
  diagnostics,
  markLongLived,
  MemoryLeakDetector,
  mergeReports,
  mergeTotals,
  metrics,
  RequestProfiler,
  RuntimeMonitor,
} from '@spark-perf/profiler';
import type {
  LabelledMetricSource,
  MemoryLeakStats,
  MetricsOptions,
  NotableRequest,
  ProfilerSnapshot,
  RouteReport,
  RuntimeStats,
  SlowRequest,
  TotalsReport,
  Verdict,
} from '@spark-perf/profiler';
import { expectAssignable, expectError, expectType } from 'tsd';

declare const ctx: Context;

interface OwnContext extends Context {
  readonly tenant: string;
}

const profiler = new RequestProfiler({ enabled: true, slowThreshold: 500, criticalThreshold: Infinity });
expectError(new RequestProfiler({ slowTreshold: 500 }));
expectError(new RequestProfiler({ slowThreshold: '500ms' }));
expectAssignable<MetricSource>(profiler);
expectType<Middleware>(profiler.middleware());
expectType<Middleware<OwnContext>>(profiler.middleware<OwnContext>());

// The report is keyed by route; what could not be attributed is null, never a number.
expectType<Record<string, RouteReport>>(profiler.getReport());
expectType<TotalsReport>(profiler.getTotals());
declare const route: RouteReport;
expectType<number | null>(route.averageCpu);
expectType<number | null>(route.averageMemory);
expectType<number>(route.p999);
expectType<number>(route.rates['5m']);
expectType<Readonly<Record<'2xx' | '3xx' | '4xx' | '5xx', number>>>(route.statusClasses);
expectError((route.count = 1));
expectType<number | null>(profiler.getTotals().processCpuPerRequest);
expectError(route.processCpuPerRequest);
expectType<readonly NotableRequest[]>(profiler.getStats().notable);

// Only the duration is required.
expectType<void>(profiler.recordMetrics('job:mail', { duration: 12 }));
profiler.recordMetrics('job', { duration: 1, memory: { heapUsed: 1 }, cpu: { user: 1, system: 0 } });
expectError(profiler.recordMetrics('job', { memory: { heapUsed: 1 } }));

expectType<Unsubscribe>(profiler.on('slow', (event) => expectType<SlowRequest>(event)));
expectError(profiler.on('quick', () => {}));

expectType<ProfilerSnapshot>(profiler.serialize());
expectType<Record<string, RouteReport>>(mergeReports([profiler.serialize()]));
expectType<RouteReport>(mergeTotals([profiler.serialize()]));
expectError(mergeReports(profiler.serialize()));
expectType<void>(markLongLived(ctx));

const monitor = new RuntimeMonitor({ resolution: 20 });
expectType<RuntimeMonitor>(monitor.start());
expectType<RuntimeStats>(monitor.getStats());

const detector = new MemoryLeakDetector({ checkInterval: 30_000, heapThreshold: 200 * 1024 * 1024 });
expectType<MemoryLeakStats>(detector.getStats());
expectType<Verdict>(detector.getStats().verdict);
expectAssignable<'learning' | 'healthy' | 'suspect' | 'leaking' | 'recovered' | 'inconclusive'>(
  detector.getStats().verdict,
);
expectError(new MemoryLeakDetector({ heapTreshold: 1 }));

// Every engine is a source; so is whatever collects.
expectType<Middleware>(metrics({ sources: [profiler, monitor, detector] }));
const own: MetricSource = { collect: (): readonly MetricFamily[] => [] };
expectType<Middleware>(metrics({ sources: [own] }));
expectType<Middleware>(metrics({ sources: [own, { source: profiler, labels: { server: 'admin' } }] }));
expectAssignable<MetricsOptions['sources'][number]>({
  source: own,
  labels: {},
} satisfies LabelledMetricSource);
expectError(metrics({ sources: [{ source: own, labels: { worker: 1 } }] }));
expectError(metrics({ sources: [{ source: own }] }));
expectError(metrics({ sources: [{}] }));
expectError(metrics({}));

expectType<Middleware>(diagnostics({ authorize: (one) => one.user?.id === 1 }));
expectError(diagnostics({ authorise: () => true }));
