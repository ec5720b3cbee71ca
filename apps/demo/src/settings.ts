import path from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line and the environment ask for. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** A Postgres; SQLite when undefined. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Where the SQLite file lives. */
  readonly dataDirectory: string;
  /** API workers behind the balancer; 0: everything in one process. */
  readonly workers: number;
  /** Whether the built-in clients run. */
  readonly traffic: boolean;
  /** Whether workers are killed and slowed. */
  readonly chaos: boolean;
  /** Stops by itself after this many seconds; until Ctrl-C when undefined. */
  readonly seconds: number | undefined;
}

/** A word of the command line or a variable that can't be used. */
export class SettingsError extends Error {}

/** Reads the settings. @throws SettingsError */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  defaultDataDirectory: string,
  args: readonly string[] = [],
): Settings {
  const words = commandLine(args);
  return {
    host: env.HOST ?? '127.0.0.1',
    port: portOf(env.PORT),
    databaseUrl: urlOf('DATABASE_URL', env.DATABASE_URL, ['postgres:', 'postgresql:']),
    redisUrl: urlOf('REDIS_URL', env.REDIS_URL, ['redis:', 'rediss:']),
    dataDirectory: path.resolve(env.DATA_DIR ?? defaultDataDirectory),
    workers: words.single ? 0 : countOf('--workers', words.workers ?? '2', 1, 64),
    traffic: words.traffic,
    chaos: words.chaos,
    seconds: words.seconds === undefined ? undefined : countOf('--seconds', words.seconds, 1, 86_400),
  };
}

const USAGE = 'npm run demo -- [--workers n | --single] [--traffic] [--chaos] [--seconds n]';

function commandLine(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        workers: { type: 'string' },
        single: { type: 'boolean', default: false },
        traffic: { type: 'boolean', default: false },
        chaos: { type: 'boolean', default: false },
        seconds: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new SettingsError(`${(error as Error).message}\nUsage: ${USAGE}`);
  }
}

function countOf(name: string, text: string, min: number, max: number): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < min || count > max) {
    throw new SettingsError(`${name} must be a whole number from ${min} to ${max}, got "${text}"`);
  }
  return count;
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
