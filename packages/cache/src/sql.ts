export { postgresDialect } from './sql/postgres-dialect.js';
export { SqlCacheDatabase } from './sql/sql-cache-database.js';
export type { SqlCacheDatabaseOptions } from './sql/sql-cache-database.js';
export type { SqlDialect, SqlQuery } from './sql/sql-dialect.js';
export { sqliteDialect } from './sql/sqlite-dialect.js';
