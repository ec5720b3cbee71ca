import type { Spark } from '@spark-perf/server';
import * as v from 'valibot';
import type { Cities } from '../cache.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { fields } from '../http/fields.js';
import { badRequest, notFound } from '../http/problem.js';
import { validated } from '../http/validated.js';

const ListQuery = v.object({
  country: v.optional(fields.country),
  q: v.optional(fields.q),
  minPopulation: v.optional(fields.population),
  limit: fields.limit,
  cursor: v.optional(v.string('must be given once')),
});

const NearQuery = v.object({
  lat: fields.latitude,
  lon: fields.longitude,
  radiusKm: fields.radiusKm,
  limit: fields.limit,
});

const CityParams = v.object({ id: fields.id });

/** `GET /cities`, `GET /cities/near`, `GET /cities/:id` */
export function cityRoutes(app: Spark, cities: Cities): void {
  app.get('/cities', async (ctx) => {
    const query = validated(ctx, ListQuery, ctx.query);
    if (query === undefined) return;
    const position = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    if (query.cursor !== undefined && position === undefined) {
      badRequest(ctx, [{ field: 'cursor', message: 'must be the nextCursor of an earlier page' }]);
      return;
    }
    // One more than asked tells whether there is a next page.
    const found = await cities.list(query, query.limit + 1, position);
    const items = found.slice(0, query.limit);
    const last = items.at(-1);
    ctx.json({
      items,
      nextCursor: found.length > query.limit && last !== undefined ? encodeCursor(last) : null,
    });
  });

  app.get('/cities/near', async (ctx) => {
    const query = validated(ctx, NearQuery, ctx.query);
    if (query === undefined) return;
    const center = { latitude: query.lat, longitude: query.lon };
    ctx.json({ items: await cities.near(center, query.radiusKm, query.limit), nextCursor: null });
  });

  app.get('/cities/:id', async (ctx) => {
    const params = validated(ctx, CityParams, ctx.params);
    if (params === undefined) return;
    const city = await cities.byId(params.id);
    if (city === undefined) notFound(ctx, 'City');
    else ctx.json(city);
  });
}
