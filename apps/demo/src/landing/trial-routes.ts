import type { Spark } from '@spark-perf/server';
import type { FrontActions } from '../front-parts.js';
import { notFound } from '../http/problem.js';

/** What a person can try out on the landing page. Not there in production. */
export function trialRoutes(app: Spark, actions: FrontActions): void {
  app.get('/try/burst', (ctx) => ctx.json({ ok: true }));
  app.post('/try/kill-worker', (ctx) => {
    if (process.env.NODE_ENV === 'production') return notFound(ctx, 'Route');
    // A page elsewhere can send a form, but not this field without asking first.
    if (ctx.get('X-Demo') !== 'kill') return notFound(ctx, 'Route');
    return ctx.json({ killed: actions.killWorker() ?? null });
  });
}
