import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import {
  clockOption,
  every,
  functionOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
} from '@spark-perf/core';
import type { DatabaseClient } from '../levels/database-client.js';
import type { SqlDialect, SqlQuery } from './sql-dialect.js';

/** Options of `SqlCacheDatabase`. */
export interface SqlCacheDatabaseOptions {
  /** Runs a statement on your driver or pool. It stays yours. */
  readonly query: SqlQuery;
  /** `postgresDialect`, `sqliteDialect`, or your own. */
  readonly dialect: SqlDialect;
  /** Letters, digits and underscores; made on demand. @default 'spark_cache' */
  readonly table?: string | undefined;
  /** Between two sweeps of expired rows; at least 10, or `Infinity`. @default 60_000 */
  readonly sweepInterval?: Milliseconds | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** Rows that one statement of a sweep deletes: no long locks. */
const SWEEP_ROWS = 1_000;
/** Statements of one sweep; what is left then is for the next one. */
const SWEEP_STATEMENTS = 1_000;

/** A `databaseClient` over any SQL database: one table, made on demand, expired rows swept. */
export class SqlCacheDatabase implements DatabaseClient {
  readonly #query: SqlQuery;
  readonly #dialect: SqlDialect;
  readonly #table: string;
  readonly #clock: Clock;
  readonly #sweeps: Timer | undefined;
  #created: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #closed = false;

  /** @throws InvalidOptionError */
  constructor(raw: SqlCacheDatabaseOptions) {
    const options = optionsObject('options', raw, ['query', 'dialect', 'table', 'sweepInterval', 'clock']);
    const query = functionOption('query', options.query, undefined);
    if (query === undefined) throw new InvalidOptionError('query', 'a function', undefined);
    if (options.dialect === undefined) throw new InvalidOptionError('dialect', 'a SqlDialect', undefined);
    const table = options.table ?? 'spark_cache';
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,50}$/.test(table))
      throw new InvalidOptionError('table', 'letters, digits and underscores, at most 51', table);
    this.#query = query;
    this.#dialect = options.dialect;
    this.#table = `"${table}"`;
    this.#clock = clockOption(options.clock);
    const interval = numberOption('sweepInterval', options.sweepInterval, 60_000, {
      min: 10,
      infinity: true,
    });
    // A sweep that fails is made up for by the next one.
    if (interval !== Infinity)
      this.#sweeps = every(this.#clock, interval, () => void this.sweep().catch(() => {}));
  }

  async get(key: string): Promise<string | null> {
    await this.#create();
    const rows = await this.#query(this.#dialect.get(this.#table), [key, this.#clock.wallNow()]);
    const value = rows[0]?.value;
    return typeof value === 'string' ? value : null;
  }

  async set(key: string, value: string, { ttl }: { readonly ttl: Milliseconds }): Promise<void> {
    await this.#create();
    const expires = Math.min(Math.ceil(this.#clock.wallNow() + ttl), Number.MAX_SAFE_INTEGER);
    await this.#query(this.#dialect.set(this.#table), [key, value, expires]);
  }

  async del(key: string): Promise<void> {
    await this.#create();
    await this.#query(this.#dialect.del(this.#table), [key]);
  }

  /** Deletes the expired rows, a thousand at a time. While a sweep is under way, that one. */
  sweep(): Promise<void> {
    return (this.#sweeping ??= this.#sweep().finally(() => (this.#sweeping = undefined)));
  }

  /** Ends the sweeps. Your connection stays open. */
  close(): void {
    this.#closed = true;
    this.#sweeps?.cancel();
  }

  async #sweep(): Promise<void> {
    await this.#create();
    const now = this.#clock.wallNow();
    for (let i = 0; i < SWEEP_STATEMENTS && !this.#closed; i++) {
      await this.#query(this.#dialect.sweep(this.#table), [now, SWEEP_ROWS]);
      if ((await this.#query(this.#dialect.expired(this.#table), [now])).length === 0) return;
    }
  }

  #create(): Promise<void> {
    return (this.#created ??= this.#createTable().catch((error: unknown) => {
      this.#created = undefined; // the next call tries again
      throw error;
    }));
  }

  async #createTable(): Promise<void> {
    try {
      for (const statement of this.#dialect.create(this.#table)) await this.#query(statement, []);
    } catch (error) {
      // Of two that make it at the same moment PostgreSQL refuses one; and who may not make tables may have been given
      // one. In both cases it is there.
      try {
        await this.#query(this.#dialect.get(this.#table), ['', 0]);
      } catch {
        throw error;
      }
    }
  }
}
