import { afterAll, beforeAll } from '@jest/globals';
import type { PostgresService } from '@spark-perf/test-services';
import { startPostgres } from '@spark-perf/test-services';
import { Pool } from 'pg';
import type { SqlQuery } from '../src/sql.js';

/** A PostgreSQL of its own for the tests around the call. */
export interface Postgres {
  readonly service: PostgresService;
  readonly query: SqlQuery;
}

export function usePostgres(): Postgres {
  let service: PostgresService;
  let pool: Pool;
  beforeAll(async () => {
    service = await startPostgres();
    pool = new Pool({ connectionString: service.connectionString, max: 4 });
    pool.on('error', () => {});
  }, 60_000);
  afterAll(async () => {
    await pool?.end();
    await service?.stop();
  });
  return {
    get service() {
      return service;
    },
    query: async (sql, params) =>
      (await pool.query(sql, params as unknown[])).rows as Record<string, unknown>[],
  };
}
