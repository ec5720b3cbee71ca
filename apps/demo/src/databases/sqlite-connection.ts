import Libsql from 'libsql';
import type { Connection, Row, SqlValue } from '../database.js';

/** Prepared statements kept per connection; the demo has about twenty. */
const MAX_STATEMENTS = 100;

/** Several worker processes share the file: readers beside one writer, who waits its turn. */
export const SQLITE_SETUP =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;';

/** A connection to an embedded SQLite file. Calls are synchronous inside: a query takes well under a millisecond. */
export class SqliteConnection implements Connection {
  readonly #database: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement>();

  constructor(database: Libsql.Database) {
    this.#database = database;
  }

  static open(file: string): SqliteConnection {
    const database = new Libsql(file);
    database.exec(SQLITE_SETUP);
    return new SqliteConnection(database);
  }

  async query(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    const statement = this.#prepare(sql);
    if (statement.reader) return statement.all(...params) as Row[];
    statement.run(...params);
    return [];
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): Libsql.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
      // `$1` would be a name in SQLite, `?1` is the same by position.
      statement = this.#database.prepare(sql.replace(/\$(\d+)/g, '?$1'));
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
