import { ConnectionPool } from '@spark-perf/pool';
import genericPool from 'generic-pool';
import { Pool as LightningPool } from 'lightning-pool';
import pg from 'pg';
import { Pool as TarnPool } from 'tarn';
import type { BenchContext } from '../../suite.js';

const SIZE = 10;

/** A pool as the races see it. `acquire` may be the pool's own promise: nothing is put around it. */
export interface Contestant {
  readonly acquire: () => Promise<Token>;
  readonly release: (token: Token) => unknown;
}

export interface Token {
  readonly id: number;
}

export type PoolName =
  | 'ours'
  | 'array floor'
  | 'tarn'
  | 'generic-pool'
  | 'generic-pool with timeout'
  | 'lightning-pool'
  | 'pg-pool';

let nextId = 0;
const create = (): Promise<Token> => Promise.resolve({ id: nextId++ });
const destroy = (): Promise<void> => Promise.resolve();

/** Ours, as it comes out of the box: lifetime, idle bypass, statistics, deadlines; `validate` defined. */
export async function ourPool(ctx: BenchContext): Promise<ConnectionPool<Token>> {
  const pool = new ConnectionPool<Token>(
    { create, destroy, validate: () => Promise.resolve(true) },
    { minSize: SIZE, maxSize: SIZE },
  );
  ctx.defer(() => pool.close());
  await pool.ready();
  return pool;
}

/** Ten connections in each pool, all idle. */
export async function contestants(ctx: BenchContext): Promise<Record<PoolName, Contestant>> {
  const pool = await ourPool(ctx);
  return {
    ours: { acquire: () => pool.acquire(), release: (token) => pool.release(token) },
    'array floor': arrayFloor(),
    tarn: tarn(ctx),
    'generic-pool': await generic(ctx, {}),
    'generic-pool with timeout': await generic(ctx, { acquireTimeoutMillis: 10_000 }),
    'lightning-pool': lightning(ctx),
    'pg-pool': await pgPool(ctx),
  };
}

/** What no pool can go below: an array of the free ones, a list of those who wait, an async function. */
function arrayFloor(): Contestant {
  const free: Token[] = Array.from({ length: SIZE }, () => ({ id: nextId++ }));
  interface Waiter {
    readonly resolve: (token: Token) => void;
    next: Waiter | undefined;
  }
  let head: Waiter | undefined;
  let tail: Waiter | undefined;
  return {
    acquire: async () => {
      const token = free.pop();
      if (token !== undefined) return token;
      return new Promise<Token>((resolve) => {
        const waiter: Waiter = { resolve, next: undefined };
        if (tail === undefined) head = waiter;
        else tail.next = waiter;
        tail = waiter;
      });
    },
    release: (token) => {
      const waiter = head;
      if (waiter === undefined) {
        free.push(token);
        return;
      }
      head = waiter.next;
      if (head === undefined) tail = undefined;
      waiter.resolve(token);
    },
  };
}

function tarn(ctx: BenchContext): Contestant {
  const pool = new TarnPool<Token>({ create, destroy, validate: () => true, min: SIZE, max: SIZE });
  ctx.defer(() => pool.destroy());
  return { acquire: () => pool.acquire().promise, release: (token) => pool.release(token) };
}

async function generic(ctx: BenchContext, options: genericPool.Options): Promise<Contestant> {
  const pool = genericPool.createPool<Token>({ create, destroy }, { min: SIZE, max: SIZE, ...options });
  ctx.defer(async () => {
    await pool.drain();
    await pool.clear();
  });
  await pool.ready();
  return { acquire: () => pool.acquire(), release: (token) => pool.release(token) };
}

function lightning(ctx: BenchContext): Contestant {
  const pool = new LightningPool<Token>(
    { create, destroy },
    { min: SIZE, max: SIZE, maxQueue: 1_000, validation: false },
  );
  pool.start();
  ctx.defer(() => pool.close(0));
  return { acquire: () => pool.acquire(), release: (token) => pool.release(token) };
}

/** pg-pool, as `pg` has it, with a client that connects to nothing. */
async function pgPool(ctx: BenchContext): Promise<Contestant> {
  class FakeClient {
    readonly id = nextId++;
    connect(callback: (error?: Error) => void): void {
      queueMicrotask(callback);
    }
    end(callback?: () => void): void {
      if (callback !== undefined) queueMicrotask(callback);
    }
    on(): this {
      return this;
    }
    once(): this {
      return this;
    }
    removeListener(): this {
      return this;
    }
    readonly _queryable = true;
    readonly _connected = true;
    ref(): void {}
    unref(): void {}
    release?: () => void;
  }
  const pool = new pg.Pool({ max: SIZE, idleTimeoutMillis: 0, Client: FakeClient } as never);
  ctx.defer(() => pool.end());
  const all = await Promise.all(Array.from({ length: SIZE }, () => pool.connect()));
  for (const client of all) client.release();
  return {
    acquire: () => pool.connect() as unknown as Promise<Token>,
    release: (token) => (token as unknown as pg.PoolClient).release(),
  };
}
