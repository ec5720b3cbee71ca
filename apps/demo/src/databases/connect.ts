import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Connection, Database } from '../database.js';
import type { Settings } from '../settings.js';
import { PostgresConnection } from './postgres-connection.js';
import { SqliteConnection } from './sqlite-connection.js';

/** How to open one connection to the configured database. */
export interface Connector {
  readonly dialect: Database['dialect'];
  open(): Promise<Connection>;
}

/** `DATABASE_URL` names a Postgres; without it the data lives in an embedded SQLite file. */
export function connector(settings: Settings): Connector {
  const { databaseUrl } = settings;
  if (databaseUrl !== undefined)
    return { dialect: 'postgres', open: () => PostgresConnection.open(databaseUrl) };
  return { dialect: 'sqlite', open: async () => SqliteConnection.open(sqliteFile(settings)) };
}

/** The SQLite file, in a directory that is there. */
export function sqliteFile({ dataDirectory }: Settings): string {
  mkdirSync(dataDirectory, { recursive: true });
  return path.join(dataDirectory, 'cities.sqlite');
}
