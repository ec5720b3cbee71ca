import path from 'node:path';

/** What the command line and the environment ask for. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** A Postgres; SQLite when undefined. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Where the SQLite file lives. */
  readonly dataDirectory: string;
}

/** A word of the command line or a variable that can't be used. */
export class SettingsError extends Error {}

/** Reads the settings. @throws SettingsError */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  defaultDataDirectory: string,
): Settings {
  return {
    host: env.HOST ?? 'localhost',
    port: portOf(env.PORT),
    databaseUrl: urlOf('DATABASE_URL', env.DATABASE_URL, ['postgres:', 'postgresql:']),
    redisUrl: urlOf('REDIS_URL', env.REDIS_URL, ['redis:', 'rediss:']),
    dataDirectory: path.resolve(env.DATA_DIR ?? defaultDataDirectory),
  };
}

function portOf(text = '3000'): number {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SettingsError(`PORT must be a port number, got "${text}"`);
  }
  return port;
}

function urlOf(name: string, text: string | undefined, protocols: readonly string[]): string | undefined {
  if (text === undefined || text === '') return undefined;
  // The value may hold a password: it is not repeated.
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new SettingsError(`${name} must be a URL that starts with ${protocols.join('// or ')}//`);
  }
  return text;
}
