import type { Database, SqlValue } from '../database.js';
import type { City } from './city.js';
import { CITY_COLUMNS, cityOf } from './city.js';
import type { Place } from './distance.js';
import { boundingBox, distanceKm } from './distance.js';
import { searchName } from './search-name.js';

/** Where a page of a list ended: everything after it in the order of the list comes next. */
export interface Position {
  readonly population: number;
  readonly id: number;
}

export interface CityFilter {
  readonly country?: string | undefined;
  /** Beginning of the name, without regard to case and accents. Taken literally. */
  readonly q?: string | undefined;
  readonly minPopulation?: number | undefined;
}

export interface CountryStats {
  readonly country: string;
  readonly cities: number;
  readonly population: number;
  readonly averagePopulation: number;
  readonly largest: City;
}

/** Above every character: the end of the range of names with a prefix, in byte order. */
const LAST = '\u{10FFFF}';

/** All that is asked of the cities. Every value is bound, none is put into the SQL. */
export class CityRepository {
  readonly #database: Pick<Database, 'query'>;

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  async byId(id: number): Promise<City | undefined> {
    const [row] = await this.#database.query(`SELECT ${CITY_COLUMNS} FROM cities WHERE id = $1`, [id]);
    return row === undefined ? undefined : cityOf(row);
  }

  /** The cities with these ids, in any order; unknown ids are left out. */
  async byIds(ids: readonly number[]): Promise<City[]> {
    const marks = ids.map((_, index) => `$${index + 1}`).join(', ');
    const rows = await this.#database.query(`SELECT ${CITY_COLUMNS} FROM cities WHERE id IN (${marks})`, ids);
    return rows.map(cityOf);
  }

  /** The largest first, `limit` of them, from after `position`. */
  async list(filter: CityFilter, limit: number, position?: Position): Promise<City[]> {
    const params: SqlValue[] = [];
    const bind = (value: SqlValue): string => `$${params.push(value)}`;
    const where: string[] = [];
    if (filter.country !== undefined) where.push(`country = ${bind(filter.country)}`);
    if (filter.minPopulation !== undefined) where.push(`population >= ${bind(filter.minPopulation)}`);
    if (filter.q !== undefined) {
      const prefix = searchName(filter.q);
      where.push(`search_name >= ${bind(prefix)} AND search_name < ${bind(prefix + LAST)}`);
    }
    if (position !== undefined) {
      const population = bind(position.population);
      where.push(
        `(population < ${population} OR (population = ${population} AND id > ${bind(position.id)}))`,
      );
    }
    const rows = await this.#database.query(
      `SELECT ${CITY_COLUMNS} FROM cities ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
       ORDER BY population DESC, id LIMIT ${bind(limit)}`,
      params,
    );
    return rows.map(cityOf);
  }

  /** The nearest first, at most `limit`, each with its distance. */
  async near(center: Place, radiusKm: number, limit: number): Promise<(City & { distanceKm: number })[]> {
    const box = boundingBox(center, radiusKm);
    const params: SqlValue[] = [box.minLatitude, box.maxLatitude];
    const ranges = box.longitudes.map(
      ([from, to]) => `longitude BETWEEN $${params.push(from)} AND $${params.push(to)}`,
    );
    const rows = await this.#database.query(
      `SELECT ${CITY_COLUMNS} FROM cities WHERE latitude BETWEEN $1 AND $2 AND (${ranges.join(' OR ')})`,
      params,
    );
    return rows
      .map((row) => {
        const city = cityOf(row);
        return { ...city, distanceKm: Math.round(distanceKm(center, city) * 1_000) / 1_000 };
      })
      .filter((city) => city.distanceKm <= radiusKm)
      .sort((a, b) => a.distanceKm - b.distanceKm || a.id - b.id)
      .slice(0, limit);
  }

  async countryStats(country: string): Promise<CountryStats | undefined> {
    const [[totals], [largest]] = await Promise.all([
      this.#database.query(
        'SELECT COUNT(*) AS cities, SUM(population) AS population FROM cities WHERE country = $1',
        [country],
      ),
      this.list({ country }, 1),
    ]);
    const cities = Number(totals?.cities ?? 0);
    if (largest === undefined || cities === 0) return undefined;
    const population = Number(totals?.population);
    return { country, cities, population, averagePopulation: Math.round(population / cities), largest };
  }

  /** The countries with the most cities, for whoever warms a cache. */
  async largestCountries(limit: number): Promise<string[]> {
    const rows = await this.#database.query(
      'SELECT country FROM cities GROUP BY country ORDER BY COUNT(*) DESC, country LIMIT $1',
      [limit],
    );
    return rows.map((row) => String(row.country));
  }
}
