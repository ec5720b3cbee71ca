import type { SqlDialect } from './sql-dialect.js';

/** PostgreSQL 9.5 and later. */
export const postgresDialect: SqlDialect = Object.freeze({
  create: (table: string) => [
    `CREATE TABLE IF NOT EXISTS ${table} (key text PRIMARY KEY, value text NOT NULL, expires bigint NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS ${table.replace(/"$/, '_expires"')} ON ${table} (expires)`,
  ],
  get: (table: string) => `SELECT value FROM ${table} WHERE key = $1 AND expires > $2`,
  set: (table: string) =>
    `INSERT INTO ${table} (key, value, expires) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
  del: (table: string) => `DELETE FROM ${table} WHERE key = $1`,
  // Asked twice: a row that is written anew after the inner query has run must stay.
  sweep: (table: string) =>
    `DELETE FROM ${table} WHERE expires <= $1 AND key IN (SELECT key FROM ${table} WHERE expires <= $1 LIMIT $2)`,
  expired: (table: string) => `SELECT 1 AS one FROM ${table} WHERE expires <= $1 LIMIT 1`,
});
