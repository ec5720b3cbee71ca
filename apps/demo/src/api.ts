import { Spark } from '@spark-perf/server';
import type { Cities } from './cache.js';
import { CityRepository } from './cities/city-repository.js';
import type { Database } from './database.js';
import { cityRoutes } from './routes/cities.js';
import { countryRoutes } from './routes/countries.js';
import { healthRoute } from './routes/health.js';
import { tripRoutes } from './routes/trips.js';
import { TripRepository } from './trips/trip-repository.js';

/** Adds the routes of the Cities API. What stands before them is for the caller to `use`. */
export function addRoutes(
  app: Spark,
  database: Database,
  cities: Cities = new CityRepository(database),
): Spark {
  cityRoutes(app, cities);
  countryRoutes(app, cities);
  tripRoutes(app, new TripRepository(database), cities);
  healthRoute(app, database);
  return app;
}

/** A Spark application that serves the Cities API, without anything before it. */
export function createApi(database: Database): Spark {
  return addRoutes(new Spark(), database);
}
