import type { Context, Middleware } from '@spark-perf/core';
import { answer, optionsObject, stringOption } from '@spark-perf/core';
import type { ReadinessReport } from './readiness.js';

/** Options of `resources.health`. */
export interface HealthOptions {
  /** Path of the liveness probe: 200 as long as the process answers, also while it drains. @default '/livez' */
  readonly live?: string | undefined;
  /** Path of the readiness probe: 200 or 503. @default '/readyz' */
  readonly ready?: string | undefined;
}

/** What the readiness probe answers. */
export interface HealthReport extends ReadinessReport {
  readonly status: 'ready' | 'starting' | 'failing' | 'draining';
}

/** Answers the probes; everything else goes on. @throws InvalidOptionError */
export function healthMiddleware(look: () => Promise<HealthReport>, raw?: HealthOptions): Middleware {
  const options = optionsObject('options', raw, ['live', 'ready']);
  const live = stringOption('live', options.live, '/livez');
  const ready = stringOption('ready', options.ready, '/readyz');
  return (ctx, next) => {
    if (ctx.path === live && isProbe(ctx)) return send(ctx, 200, { status: 'ok' });
    if (ctx.path === ready && isProbe(ctx)) {
      return look().then(({ ready: ok, status, checks }) => send(ctx, ok ? 200 : 503, { status, checks }));
    }
    return next();
  };
}

function isProbe(ctx: Context): boolean {
  return ctx.method === 'GET' || ctx.method === 'HEAD';
}

function send(ctx: Context, status: number, body: object): void {
  if (!ctx.res.headersSent) ctx.res.setHeader('Cache-Control', 'no-store');
  answer(ctx, status, 'application/json; charset=utf-8', JSON.stringify(body));
}
