import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findBinary } from './find-binary.js';
import { copyPostgresTemplate } from './postgres-template.js';
import { scratchDirectory } from './scratch-directory.js';
import { ServerProcess } from './server-process.js';
import type { Service } from './service.js';
import { unprivilegedAccount } from './unprivileged-account.js';

export interface PostgresOptions {
  /** Server settings beyond ours, such as `{ max_connections: '20' }`. @default {} */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
}

/** A real Postgres on loopback: role `spark` (superuser, no password), database `postgres`. */
export interface PostgresService extends Service {
  /** The same as `url`. */
  readonly connectionString: string;
}

// What is committed outlives `kill()`: the operating system stays up, so nothing need be synced.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '100',
  autovacuum: 'off',
  log_checkpoints: 'off',
};

/**
 * Starts a Postgres with an empty database on a free loopback port and resolves when it takes connections. As root it
 * runs under an unprivileged account.
 *
 * @throws MissingBinaryError where the machine has none.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresService> {
  const command = findBinary('postgres');
  const account = unprivilegedAccount();
  const directory = await scratchDirectory('postgres', account);
  const data = path.join(directory, 'data');
  const settings = Object.entries({ ...SETTINGS, ...options.settings });
  const service = new PostgresProcess({
    name: 'postgres',
    command,
    directory,
    account,
    stopSignal: 'SIGINT', // "fast": does not wait for clients to leave
    endSignal: 'QUIT',
    args: (port) => [
      '-D',
      data,
      '-p',
      `${port}`,
      ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    url: (port) => `postgres://spark@127.0.0.1:${port}/postgres`,
    ready: ({ output }) => output.includes('database system is ready to accept connections'),
  });
  try {
    await mkdir(data);
    if (account) await chown(data, account.uid, account.gid);
    await copyPostgresTemplate(data, account);
    await chmod(data, 0o700);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service.start();
}

class PostgresProcess extends ServerProcess implements PostgresService {
  get connectionString(): string {
    return this.url;
  }
}
