import type { Context } from '@spark-perf/core';
import { expectError, expectType } from 'tsd';
import { ConnectionPool, db } from '@spark-perf/pool';
import type { Lease } from '@spark-perf/pool';

interface Driver {
  readonly name: string;
  now(): number;
  query(sql: string): Promise<string[]>;
  query(sql: string, params: number[]): Promise<number[]>;
}

declare const ctx: Context;
declare const driver: Driver;

expectType<Promise<number>>(db<Driver>(ctx).now());
expectType<Promise<string[]>>(db<Driver>(ctx).query('a'));
expectType<Promise<number[]>>(db<Driver>(ctx).query('a', [1]));
expectError(db<Driver>(ctx).name);

const pool = new ConnectionPool({ create: () => driver, destroy: () => {} });
expectType<Promise<Driver>>(pool.acquire());
expectType<Driver | undefined>(pool.tryAcquire());
expectType<Promise<Lease<Driver>>>(pool.lease());
expectType<Promise<number>>(pool.use((one) => one.now()));
expectError(pool.release('x'));
expectError(new ConnectionPool({ create: () => driver }));
