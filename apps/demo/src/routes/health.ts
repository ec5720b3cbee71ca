import type { Spark } from '@spark-perf/server';
import type { Database } from '../database.js';

/** `GET /health`: whether the database answers. */
export function healthRoute(app: Spark, database: Pick<Database, 'query'>): void {
  app.get('/health', async (ctx) => {
    // A kept answer would tell how things were.
    ctx.res.setHeader('Cache-Control', 'no-store');
    try {
      await database.query('SELECT 1 AS one');
      ctx.json({ status: 'ok' });
    } catch {
      ctx.status(503).json({ status: 'unavailable' });
    }
  });
}
