import { ConnectionPool } from '@spark-perf/pool';
import type { Connection, Database, Row, SqlValue } from './database.js';
import type { Connector } from './databases/connect.js';
import { inTransaction } from './databases/single-connection-database.js';

/** The database over a pool: SQLite reads from few connections, Postgres from more. */
export class PooledDatabase implements Database {
  readonly dialect: Database['dialect'];
  readonly pool: ConnectionPool<Connection>;

  constructor(connector: Connector) {
    this.dialect = connector.dialect;
    this.pool = new ConnectionPool<Connection>(
      {
        create: () => connector.open(),
        destroy: (connection) => connection.close(),
        validate: (connection) => connection.query('SELECT 1 AS one'),
      },
      { minSize: 1, maxSize: connector.dialect === 'sqlite' ? 2 : 10, acquireTimeout: 5_000 },
    );
  }

  query(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.pool.use((connection) => connection.query(sql, params));
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.pool.use((connection) => inTransaction(connection, this.dialect, work));
  }

  async close(): Promise<void> {
    await this.pool.close({ deadline: 3_000 });
  }
}
