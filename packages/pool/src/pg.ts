import { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import pg from 'pg';
import type { ConnectionFactory } from './factory.js';
import { isSocketError } from './fatal-error.js';

/** SQLSTATE classes after which a session is gone: 08 connection exception, 57P01–57P05 shutdown and the like. */
const FATAL_STATE = /^(?:08|57P0)/;
const FATAL_MESSAGE =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed)/;

/**
 * Connections to PostgreSQL, by `pg`. An unfinished transaction is rolled back when a connection is returned, which
 * costs a round trip only where there is one.
 */
export function pgFactory(config: string | ClientConfig): ConnectionFactory<pg.Client> {
  const settings: ClientConfig = typeof config === 'string' ? { connectionString: config } : config;
  const sockets = new WeakMap<pg.Client, Socket>();
  return {
    async create({ signal }) {
      const socket = new Socket();
      const client = new pg.Client({ stream: () => socket, ...settings });
      sockets.set(client, socket);
      client.on('error', ignore); // until the pool listens
      const giveUp = (): void => void socket.destroy();
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        await client.connect();
        signal.throwIfAborted();
      } catch (error) {
        socket.destroy();
        throw error;
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
      client.removeListener('error', ignore);
      return client;
    },
    async destroy(client) {
      // A server that never closes its side must not keep the process alive.
      sockets.get(client)?.unref();
      await client.end();
    },
    async validate(client) {
      await client.query('SELECT 1');
    },
    reset(client) {
      if (statusOf(client) === 'I') return undefined;
      return client.query('ROLLBACK');
    },
    begin: (client) => client.query('BEGIN'),
    async commit(client) {
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT')
        throw new Error('PostgreSQL rolled the transaction back: a statement in it had failed');
    },
    rollback: (client) => client.query('ROLLBACK'),
    isFatal(error) {
      if (isSocketError(error)) return true;
      const { code, message } = error as { code?: unknown; message?: unknown };
      return FATAL_STATE.test(String(code)) || FATAL_MESSAGE.test(String(message));
    },
  };
}

/** I idle, T in a transaction, E in a failed one; unknown to versions of `pg` before 8.17, which are always asked. */
function statusOf(client: pg.Client): unknown {
  return (client as { getTransactionStatus?: () => unknown }).getTransactionStatus?.();
}

function ignore(): void {}
