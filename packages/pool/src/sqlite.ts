import Database from 'libsql';
import type { ConnectionFactory } from './factory.js';

/** Options of `sqliteFactory` beside libsql's own. */
export interface SqliteFactoryOptions extends Database.Options {
  /** SQL that each new connection runs first, such as pragmas. @default WAL journal, foreign keys on */
  readonly setup?: string | undefined;
}

const SETUP = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;';

/** SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR…, SQLITE_CANTOPEN: the connection won't recover. */
const FATAL_CODE = /^SQLITE_(?:CORRUPT|NOTADB|IOERR|CANTOPEN)/;

/**
 * Connections to an SQLite file, by `libsql` (the API of better-sqlite3). It is synchronous: borrow with `use`, `lease`
 * or the middleware's `mode: 'lease'`, and prepare statements on the connection. An unfinished transaction is rolled
 * back when a connection is returned. With `:memory:` every connection is a database of its own.
 */
export function sqliteFactory(
  filename: string,
  options: SqliteFactoryOptions = {},
): ConnectionFactory<Database.Database> {
  const { setup = SETUP, ...settings } = options;
  return {
    create() {
      const database = new Database(filename, settings);
      try {
        if (setup !== '' && !settings.readonly) database.exec(setup);
      } catch (error) {
        database.close();
        throw error;
      }
      return database;
    },
    destroy(database) {
      database.close();
    },
    validate(database) {
      return database.open && database.prepare('SELECT 1').get() !== undefined;
    },
    reset(database) {
      if (database.inTransaction) database.exec('ROLLBACK');
    },
    begin(database) {
      database.exec('BEGIN');
    },
    commit(database) {
      database.exec('COMMIT');
    },
    rollback(database) {
      if (database.inTransaction) database.exec('ROLLBACK');
    },
    isFatal: (error) => FATAL_CODE.test(String((error as { code?: unknown } | null)?.code)),
  };
}
