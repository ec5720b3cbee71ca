import type { Context } from '@spark-perf/core';

/** The same function, asynchronous, with its overloads: up to six; one with fewer repeats its first. */
export type Asynchronous<F> = F extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
  (...args: infer A5): infer R5;
  (...args: infer A6): infer R6;
}
  ? ((...args: A1) => Promise<Awaited<R1>>) &
      ((...args: A2) => Promise<Awaited<R2>>) &
      ((...args: A3) => Promise<Awaited<R3>>) &
      ((...args: A4) => Promise<Awaited<R4>>) &
      ((...args: A5) => Promise<Awaited<R5>>) &
      ((...args: A6) => Promise<Awaited<R6>>)
  : never;

/** The methods of a connection, each asynchronous: what the facade on the context has. */
export type Facade<T> = {
  readonly [
    K in keyof T as K extends 'then' | symbol ? never : T[K] extends (...args: never[]) => unknown ? K : never
  ]: Asynchronous<T[K]>;
};

/** The facade that `pool.middleware()` has put on the context, typed. */
export function db<T>(ctx: Context, property = 'db'): Facade<T> {
  return (ctx as unknown as Record<string, Facade<T>>)[property]!;
}

/** The connection that `pool.middleware({ mode: 'lease' })` or `'eager'` provides, typed. Rejects as `acquire` does. */
export async function connection<T>(ctx: Context, property = 'db'): Promise<T> {
  const value = (ctx as unknown as Record<string, T | (() => Promise<T>)>)[property]!;
  return typeof value === 'function' ? (value as () => Promise<T>)() : value;
}
