import type { Clock } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';
import type { Spark } from '@spark-perf/server';
import { bodyParser } from '@spark-perf/server';
import * as v from 'valibot';
import type { Cities } from '../cache.js';
import { distanceKm } from '../cities/distance.js';
import { fields } from '../http/fields.js';
import { notFound, unprocessable } from '../http/problem.js';
import { validated } from '../http/validated.js';
import { tripId } from '../trips/trip-id.js';
import type { TripRepository } from '../trips/trip-repository.js';

const NewTrip = v.object(
  {
    cities: v.pipe(
      v.array(fields.idNumber, 'must be a list of city ids'),
      v.minLength(2, 'must name at least 2 cities'),
      v.maxLength(50, 'must name at most 50 cities'),
    ),
  },
  'must be a JSON object',
);

const TripParams = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be the id of a trip')),
});

/** `POST /trips`, `GET /trips/:id` */
export function tripRoutes(
  app: Spark,
  trips: TripRepository,
  cities: Cities,
  clock: Clock = systemClock,
): void {
  app.post('/trips', bodyParser({ limit: 16 * 1024 }), async (ctx) => {
    const input = validated(ctx, NewTrip, ctx.body);
    if (input === undefined) return;
    const known = new Map((await cities.byIds([...new Set(input.cities)])).map((city) => [city.id, city]));
    const unknown = input.cities.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      unprocessable(ctx, [{ field: 'cities', message: `no city with id ${unknown.join(', ')}` }]);
      return;
    }
    const stops = input.cities.flatMap((id) => known.get(id) ?? []);
    const km = stops.slice(1).reduce((sum, stop, index) => sum + distanceKm(stops[index] ?? stop, stop), 0);
    const trip = await trips.store({
      id: tripId(ctx.get('Idempotency-Key'), input.cities),
      cities: input.cities,
      distanceKm: Math.round(km * 1_000) / 1_000,
      createdAt: new Date(clock.wallNow()).toISOString(),
    });
    ctx.res.setHeader('Location', `/trips/${trip.id}`);
    ctx.status(201).json(trip);
  });

  app.get('/trips/:id', async (ctx) => {
    const params = validated(ctx, TripParams, ctx.params);
    if (params === undefined) return;
    const trip = await trips.byId(params.id);
    if (trip === undefined) notFound(ctx, 'Trip');
    else ctx.json(trip);
  });
}
