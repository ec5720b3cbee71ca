import pg from 'pg';
import type { Connection, Row, SqlValue } from '../database.js';

/** How `pg` is to connect. */
export function postgresConfig(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    application_name: 'cities-api',
  };
}

/** A connection to Postgres. */
export class PostgresConnection implements Connection {
  readonly #client: pg.Client;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<PostgresConnection> {
    const client = new pg.Client(postgresConfig(url));
    // A server that goes away is found out by the next query; without a listener the process would end.
    client.on('error', () => {});
    await client.connect();
    return new PostgresConnection(client);
  }

  async query(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>(sql, [...params]);
    return rows;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
