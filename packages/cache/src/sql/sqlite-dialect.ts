import type { SqlDialect } from './sql-dialect.js';

/** SQLite 3.24 and later. */
export const sqliteDialect: SqlDialect = Object.freeze({
  create: (table: string) => [
    `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE INDEX IF NOT EXISTS ${table.replace(/"$/, '_expires"')} ON ${table} (expires)`,
  ],
  get: (table: string) => `SELECT value FROM ${table} WHERE key = ? AND expires > ?`,
  set: (table: string) =>
    `INSERT INTO ${table} (key, value, expires) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
  del: (table: string) => `DELETE FROM ${table} WHERE key = ?`,
  sweep: (table: string) =>
    `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires <= ? LIMIT ?)`,
  expired: (table: string) => `SELECT 1 AS one FROM ${table} WHERE expires <= ? LIMIT 1`,
});
