import type { Row } from '../database.js';

/** A populated place, as the API shows it. */
export interface City {
  readonly id: number;
  readonly name: string;
  readonly country: string;
  readonly population: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** The columns of a `City`, in the SQL of every query that gives one. */
export const CITY_COLUMNS = 'id, name, country, population, latitude, longitude';

export function cityOf(row: Row): City {
  return {
    id: Number(row.id),
    name: String(row.name),
    country: String(row.country),
    population: Number(row.population),
    latitude: Number(row.latitude),
    longitude: Number(row.longitude),
  };
}
