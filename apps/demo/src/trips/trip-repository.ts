import type { Database } from '../database.js';
import type { Trip } from './trip.js';

export class TripRepository {
  readonly #database: Pick<Database, 'query'>;

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /** Stores a trip once: one with the same id that is there already is kept, and returned. */
  async store(trip: Trip): Promise<Trip> {
    await this.#database.query(
      `INSERT INTO trips (id, cities, distance_km, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO NOTHING`,
      [trip.id, JSON.stringify(trip.cities), trip.distanceKm, trip.createdAt],
    );
    return (await this.byId(trip.id)) ?? trip;
  }

  async byId(id: string): Promise<Trip | undefined> {
    const [row] = await this.#database.query('SELECT * FROM trips WHERE id = $1', [id]);
    if (row === undefined) return undefined;
    return {
      id: String(row.id),
      cities: JSON.parse(String(row.cities)) as number[],
      distanceKm: Number(row.distance_km),
      createdAt: String(row.created_at),
    };
  }

  async count(): Promise<number> {
    const [row] = await this.#database.query('SELECT COUNT(*) AS trips FROM trips');
    return Number(row?.trips ?? 0);
  }
}
