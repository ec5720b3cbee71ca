import { CacheWarmer, MultiLevelCache } from '@spark-perf/cache';
import { postgresDialect, SqlCacheDatabase, sqliteDialect } from '@spark-perf/cache/sql';
import type { Redis } from 'ioredis';
import type { City } from './cities/city.js';
import type { CityFilter, CityRepository, CountryStats, Position } from './cities/city-repository.js';
import type { Place } from './cities/distance.js';
import type { Database, SqlValue } from './database.js';

/** The three levels: this process, Redis where there is one, and the database. */
export function createCache(redis: Redis | undefined, database: Database): MultiLevelCache {
  return new MultiLevelCache({
    ...(redis === undefined ? {} : { redisClient: redis }),
    databaseClient: new SqlCacheDatabase({
      query: (sql, params) => database.query(sql, params as SqlValue[]),
      dialect: database.dialect === 'sqlite' ? sqliteDialect : postgresDialect,
    }),
    l1MaxSize: 5_000,
    l1TTL: 30_000,
    l2TTL: 300_000,
    l3TTL: 3_600_000,
  });
}

/** What the routes ask of the cities. */
export type Cities = Pick<
  CityRepository,
  'byId' | 'byIds' | 'list' | 'near' | 'countryStats' | 'largestCountries'
>;

/** The repository behind the cache: cities never change, searches and statistics are worth keeping. */
export function cachedCities(cities: CityRepository, cache: MultiLevelCache): Cities {
  // `null` stands for "no such city": an unknown id is remembered as well.
  const orNull = <T>(value: T | undefined): T | null => value ?? null;
  const kept = <T>(key: string, fetch: () => Promise<T>): Promise<T> =>
    cache.getOrSet(key, fetch, { grace: 60_000 }) as Promise<T>;
  return {
    byId: async (id) => (await kept(`city:${id}`, () => cities.byId(id).then(orNull<City>))) ?? undefined,
    byIds: (ids) => cities.byIds(ids),
    list: (filter: CityFilter, limit: number, position?: Position) =>
      kept(`list:${JSON.stringify([filter.country, filter.q, filter.minPopulation, limit, position])}`, () =>
        cities.list(filter, limit, position),
      ),
    near: (center: Place, radiusKm: number, limit: number) =>
      kept(`near:${JSON.stringify([center.latitude, center.longitude, radiusKm, limit])}`, () =>
        cities.near(center, radiusKm, limit),
      ),
    countryStats: async (country) =>
      (await kept(`country:${country}`, () => cities.countryStats(country).then(orNull<CountryStats>))) ??
      undefined,
    largestCountries: (limit) => cities.largestCountries(limit),
  };
}

/** Has the statistics of the largest countries ready before anybody asks. */
export function createWarmer(cache: MultiLevelCache, cities: CityRepository): CacheWarmer {
  return new CacheWarmer(cache, { warmupInterval: 300_000, concurrency: 2 }).addPattern({
    keyGenerator: async () => (await cities.largestCountries(20)).map((country) => `country:${country}`),
    fetcher: (key: string) => cities.countryStats(key.slice('country:'.length)),
    ttl: 600_000,
  });
}
