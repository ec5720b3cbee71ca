import type { ConnectionPool } from './connection-pool.js';

/** What knex's `connectionPool` option takes. */
export interface TarnPool<T> {
  acquire(): { readonly promise: Promise<T>; abort(): void };
  release(connection: T): boolean;
  destroy(): Promise<void>;
  numFree(): number;
  numUsed(): number;
  numPendingAcquires(): number;
  numPendingCreates(): number;
}

interface Marked {
  /** Set by knex on a connection that it has found broken. */
  __knex__disposed?: unknown;
  /** By which knex knows connections apart. */
  __knexUid?: string;
}

/** Shows a pool as one of tarn's, as knex wants it: `knex({ client: 'pg', connectionPool: tarnPool(pool) })`. */
export function tarnPool<T extends object>(pool: ConnectionPool<T>): TarnPool<T> {
  let uid = 0;
  return {
    acquire: () => {
      const controller = new AbortController();
      const promise = pool.acquire({ signal: controller.signal }).then((connection: T & Marked) => {
        connection.__knexUid ??= `__knexUid${++uid}`;
        return connection as T;
      });
      return { promise, abort: () => controller.abort() };
    },
    release: (connection: T & Marked) => {
      try {
        if (connection.__knex__disposed === undefined) pool.release(connection);
        else void pool.destroy(connection);
        return true;
      } catch {
        return false;
      }
    },
    destroy: () => pool.close(),
    numFree: () => pool.getStats().poolSize,
    numUsed: () => pool.getStats().activeSize,
    numPendingAcquires: () => pool.getStats().waitingSize,
    numPendingCreates: () => pool.getStats().creatingSize,
  };
}
