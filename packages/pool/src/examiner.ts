import type { Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import type { ConnectionFactory } from './factory.js';
import type { ResolvedOptions } from './resolve-options.js';

/** What a look at a connection has shown. */
export type Finding = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

const GOOD: Finding = { ok: true };

/** Validates and resets connections under deadlines. Nothing here rejects. */
export class Examiner<T> {
  constructor(
    private readonly factory: ConnectionFactory<T>,
    private readonly options: ResolvedOptions,
  ) {}

  get validates(): boolean {
    return this.factory.validate !== undefined;
  }

  get resets(): boolean {
    return this.factory.reset !== undefined;
  }

  async validate(resource: T): Promise<Finding> {
    const { validateTimeout } = this.options;
    try {
      const validated = new Promise<unknown>((resolve) => {
        resolve(this.factory.validate?.(resource));
      });
      const verdict = await this.#within(validated, validateTimeout, 'validate');
      return verdict === false ? { ok: false, error: undefined } : GOOD;
    } catch (error) {
      return { ok: false, error };
    }
  }

  /** At once, where the factory resets without a promise. */
  reset(resource: T): Finding | Promise<Finding> {
    let result: unknown;
    try {
      result = this.factory.reset?.(resource);
    } catch (error) {
      return { ok: false, error };
    }
    if (!isThenable(result)) return GOOD;
    return this.#within(result, this.options.resetTimeout, 'reset').then(
      () => GOOD,
      (error: unknown) => ({ ok: false, error }),
    );
  }

  #within<R>(promise: PromiseLike<R>, ms: Milliseconds, what: string): Promise<R> {
    return withDeadline(this.options.clock, promise, ms, {
      onTimeout: () => new Error(`The factory's ${what} took longer than ${ms} ms`),
      ref: false,
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
