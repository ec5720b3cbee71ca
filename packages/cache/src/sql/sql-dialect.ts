/** Runs one statement with positional parameters and gives its rows, by column name. */
export type SqlQuery = (
  sql: string,
  params: readonly unknown[],
) => PromiseLike<readonly Record<string, unknown>[]> | readonly Record<string, unknown>[];

/** How a database says what the cache needs. `table` is a quoted identifier. */
export interface SqlDialect {
  readonly create: (table: string) => readonly string[];
  /** Parameters: key, wall time in ms. */
  readonly get: (table: string) => string;
  /** Parameters: key, value, wall time of its end in ms. */
  readonly set: (table: string) => string;
  /** Parameters: key. */
  readonly del: (table: string) => string;
  /** Deletes expired rows. Parameters: wall time in ms, most rows. */
  readonly sweep: (table: string) => string;
  /** Gives one row if there is an expired one. Parameters: wall time in ms. */
  readonly expired: (table: string) => string;
}
