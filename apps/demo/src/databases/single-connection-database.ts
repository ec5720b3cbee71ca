import { Semaphore } from '@spark-perf/core';
import type { Connection, Database, Row, SqlValue } from '../database.js';
import type { Connector } from './connect.js';

/** A database over one connection, used by one caller at a time: for the import and for tests. */
export class SingleConnectionDatabase implements Database {
  readonly dialect: Database['dialect'];
  readonly #connection: Connection;
  readonly #turns = new Semaphore(1);

  private constructor(dialect: Database['dialect'], connection: Connection) {
    this.dialect = dialect;
    this.#connection = connection;
  }

  static async open(connector: Connector): Promise<SingleConnectionDatabase> {
    return new SingleConnectionDatabase(connector.dialect, await connector.open());
  }

  query(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.#turns.run(() => this.#connection.query(sql, params), { timeout: 30_000 });
  }

  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#turns.run(() => inTransaction(this.#connection, this.dialect, work), { timeout: 60_000 });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** Commits when `work` resolves, rolls back when it rejects. */
export async function inTransaction<T>(
  connection: Connection,
  dialect: Database['dialect'],
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  // SQLite would take the write lock only at the first write, and fail when another process was quicker.
  await connection.query(dialect === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN');
  try {
    const value = await work(connection);
    await connection.query('COMMIT');
    return value;
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => {}); // the first error tells more
    throw error;
  }
}
