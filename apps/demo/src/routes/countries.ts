import type { Spark } from '@spark-perf/server';
import * as v from 'valibot';
import type { Cities } from '../cache.js';
import { fields } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { validated } from '../http/validated.js';

const CountryParams = v.object({ code: fields.country });

/** `GET /countries/:code/stats` */
export function countryRoutes(app: Spark, cities: Cities): void {
  app.get('/countries/:code/stats', async (ctx) => {
    const params = validated(ctx, CountryParams, ctx.params);
    if (params === undefined) return;
    const stats = await cities.countryStats(params.code);
    if (stats === undefined) notFound(ctx, 'Country');
    else ctx.json(stats);
  });
}
