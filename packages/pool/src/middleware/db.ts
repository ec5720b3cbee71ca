import type { Context } from '@spark-perf/core';

/** A function's overloads, up to six, as a tuple; a function with fewer repeats its first. */
type Overloads<F> = F extends {
  (...args: infer A1): infer R1;
  (...args: infer A2): infer R2;
  (...args: infer A3): infer R3;
  (...args: infer A4): infer R4;
  (...args: infer A5): infer R5;
  (...args: infer A6): infer R6;
}
  ? [[A1, R1], [A2, R2], [A3, R3], [A4, R4], [A5, R5], [A6, R6]]
  : never;

type AsyncOverload<O> = O extends [infer A extends unknown[], infer R]
  ? (...args: A) => Promise<Awaited<R>>
  : never;

/** The same function, asynchronous. */
export type Asynchronous<F> =
  Overloads<F> extends [infer A, infer B, infer C, infer D, infer E, infer G]
    ? AsyncOverload<A> &
        AsyncOverload<B> &
        AsyncOverload<C> &
        AsyncOverload<D> &
        AsyncOverload<E> &
        AsyncOverload<G>
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
