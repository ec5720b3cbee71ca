import { Spark } from '@spark-perf/server';
import { CityRepository } from './cities/city-repository.js';
import type { Database } from './database.js';
import { cityRoutes } from './routes/cities.js';
import { countryRoutes } from './routes/countries.js';
import { healthRoute } from './routes/health.js';
import { tripRoutes } from './routes/trips.js';
import { TripRepository } from './trips/trip-repository.js';

/** The Cities API over a database: routes only. What stands before them is for the caller to `use`. */
export function addRoutes(app: Spark, database: Database): Spark {
  const cities = new CityRepository(database);
  cityRoutes(app, cities);
  countryRoutes(app, cities);
  tripRoutes(app, new TripRepository(database), cities);
  healthRoute(app, database);
  return app;
}

/** A Spark application that serves the Cities API. */
export function createApi(database: Database): Spark {
  const app = new Spark();
  return addRoutes(app, database);
}
