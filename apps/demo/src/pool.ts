import type { ConnectionFactory } from '@spark-perf/pool';
import { ConnectionPool } from '@spark-perf/pool';
import { pgFactory } from '@spark-perf/pool/pg';
import { sqliteFactory } from '@spark-perf/pool/sqlite';
import type Sqlite from 'libsql';
import type pg from 'pg';
import type { Connection, Database, Row, SqlValue } from './database.js';
import { sqliteFile } from './databases/connect.js';
import { postgresConfig, PostgresConnection } from './databases/postgres-connection.js';
import { inTransaction } from './databases/single-connection-database.js';
import { SQLITE_SETUP, SqliteConnection } from './databases/sqlite-connection.js';
import type { Settings } from './settings.js';

/** The database over a pool. `T` is the driver's connection: the pool hears of it when one breaks. */
export class PooledDatabase<T extends object> implements Database {
  readonly dialect: Database['dialect'];
  readonly pool: ConnectionPool<T>;
  readonly #wrap: (driver: T) => Connection;
  readonly #wrapped = new WeakMap<T, Connection>();

  constructor(
    dialect: Database['dialect'],
    factory: ConnectionFactory<T>,
    maxSize: number,
    wrap: (driver: T) => Connection,
  ) {
    this.dialect = dialect;
    this.pool = new ConnectionPool(factory, { minSize: 1, maxSize, acquireTimeout: 5_000 });
    this.#wrap = wrap;
  }

  query(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.pool.use((driver) => this.#connection(driver).query(sql, params));
  }

  transaction<R>(work: (connection: Connection) => Promise<R>): Promise<R> {
    return this.pool.use((driver) => inTransaction(this.#connection(driver), this.dialect, work));
  }

  async close(): Promise<void> {
    await this.pool.close({ deadline: 3_000 });
  }

  #connection(driver: T): Connection {
    let connection = this.#wrapped.get(driver);
    if (connection === undefined) this.#wrapped.set(driver, (connection = this.#wrap(driver)));
    return connection;
  }
}

/** What `openDatabase` gives. */
export type OpenDatabase = PooledDatabase<Sqlite.Database> | PooledDatabase<pg.Client>;

/** SQLite reads from few connections, Postgres from more. */
export function openDatabase(settings: Settings): OpenDatabase {
  const { databaseUrl } = settings;
  return databaseUrl === undefined
    ? new PooledDatabase(
        'sqlite',
        sqliteFactory(sqliteFile(settings), { setup: SQLITE_SETUP }),
        2,
        (driver) => new SqliteConnection(driver),
      )
    : new PooledDatabase(
        'postgres',
        pgFactory(postgresConfig(databaseUrl)),
        10,
        (driver) => new PostgresConnection(driver),
      );
}
