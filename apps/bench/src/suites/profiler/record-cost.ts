import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { Middleware, Next } from '@spark-perf/core';
import { DONE } from '@spark-perf/core';
import { RequestProfiler } from '@spark-perf/profiler';
import { Histogram, Registry } from 'prom-client';
import type { Measured } from '../../measured.js';
import type { Contender } from '../../measure.js';
import { race } from '../../measure.js';
import type { BenchContext } from '../../suite.js';
import { standIn } from './stand-ins.js';

const ROUTES = Array.from({ length: 50 }, (_, i) => `/resource-${i}/:id`);
const LABELS = ['method', 'route', 'status'] as const;
const done = Promise.resolve();

/** What prom-client's users write: one histogram, three labels, observed when the response is over. */
function promMiddleware(): Middleware {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration.',
    labelNames: LABELS,
    registers: [new Registry()],
  });
  return async (ctx, next) => {
    const start = process.hrtime.bigint();
    ctx.res.on('finish', () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      duration.observe({ method: ctx.method, route: ctx.route ?? '', status: ctx.res.statusCode }, seconds);
    });
    await next();
  };
}

/** Without a reader OpenTelemetry keeps nothing of what it is told. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function otelMiddleware(): Middleware {
  const duration = new MeterProvider({ readers: [new Reader()] })
    .getMeter('bench')
    .createHistogram('http.server.request.duration', { unit: 's' });
  return async (ctx, next) => {
    const start = performance.now();
    ctx.res.on('finish', () => {
      duration.record((performance.now() - start) / 1_000, {
        'http.request.method': ctx.method,
        'http.route': ctx.route ?? '',
        'http.response.status_code': ctx.res.statusCode,
      });
    });
    await next();
  };
}

/** Lets the promises of 16 requests settle before the next ones, as a server does: kept, they would be copied by each collection. */
function inTurns(operation: (index: number) => unknown): Contender {
  return async (times) => {
    for (let index = 0; index < times; index++) {
      operation(index);
      if ((index & 15) === 15) await done;
    }
  };
}

const passOn: Middleware = (_ctx, next) => next();

/** ns per request of the whole middleware, and of the same request without one. */
export async function recordCost(
  ctx: BenchContext,
): Promise<Record<'ours' | 'prom' | 'otel' | 'bare', Measured>> {
  const profiler = new RequestProfiler();
  ctx.defer(() => profiler.close());
  const request = (middleware: Middleware) => {
    // A server has some requests open whenever it collects. Without any, V8 forgets what a response looks like and
    // throws away the code compiled for it, at every collection between two rounds.
    const open: object[] = [];
    return (index: number) => {
      const { ctx: context, res } = standIn('/resource/1', ROUTES[index % ROUTES.length]);
      open[index & 15] = context;
      const next: Next = () => {
        res.end();
        return DONE; // what @spark-perf/server's chain returns of a synchronous handler
      };
      void middleware(context, next);
      res.finish();
      return context;
    };
  };
  return race(ctx, {
    ours: inTurns(request(profiler.middleware())),
    prom: inTurns(request(promMiddleware())),
    otel: inTurns(request(otelMiddleware())),
    bare: inTurns(request(passOn)),
  });
}

/** The cost of a middleware alone: each round's figure less that of the bare request in the same round. */
export function lessBare(figure: Measured, bare: Measured): Measured {
  const rounds = figure.rounds.map((value, i) => Math.max(1, value - (bare.rounds[i] ?? bare.value)));
  const sorted = [...rounds].sort((a, b) => a - b);
  return { ...figure, rounds, value: sorted[sorted.length >> 1] ?? NaN };
}
