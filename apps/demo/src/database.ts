/** A value that a query may be given. */
export type SqlValue = string | number | null;

export type Row = Record<string, unknown>;

/** One connection: what the pool lends and the database speaks through. */
export interface Connection {
  /** Runs one statement with `$1`, `$2`, … bound to `params`, and gives its rows. */
  query(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** The demo's whole view of a database: the same SQL runs on SQLite and on Postgres. */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  query(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs `work` on one connection, in a transaction that commits when `work` resolves. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
