import type { Context } from '@spark-perf/core';
import { onQueuedResponseLost, printable, withDeadline } from '@spark-perf/core';
import { RequestEndedError } from '../errors.js';
import { isFatal } from '../fatal-error.js';
import type { Lease } from '../lease.js';
import { holdEnd } from './hold-end.js';
import type { ResolvedMiddlewareOptions } from './middleware-options.js';
import type { PoolAccess } from './pool-access.js';
import { Transaction } from './transaction.js';

type SessionState<T> =
  | { readonly kind: 'opening'; readonly abort: AbortController }
  | { readonly kind: 'open'; readonly lease: Lease<T>; readonly transaction: Transaction<T> | undefined }
  | { readonly kind: 'over' };

interface Handler {
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/**
 * A request's connection: one, however often it is asked for. Given back when the response is over and no work begun
 * through the session is pending; destroyed where that takes longer than `settleTimeout`.
 */
export class RequestSession<T> {
  readonly #work = new Set<Promise<unknown>>();
  readonly #opened: Promise<Lease<T>>;
  #handler: Handler | undefined;
  #state: SessionState<T>;
  #fatal: unknown;

  constructor(
    private readonly pool: PoolAccess<T>,
    private readonly options: ResolvedMiddlewareOptions,
    private readonly ctx: Context,
  ) {
    const { res } = ctx;
    if (res.writableFinished || res.destroyed || res.closed) {
      this.#state = { kind: 'over' };
      this.#opened = Promise.reject(new RequestEndedError());
    } else {
      const abort = new AbortController();
      this.#state = { kind: 'opening', abort };
      // Only the response tells when a request is over: `next()` may resolve before its handler is done.
      const onEnd = (): void => void this.#end();
      res.once('finish', onEnd);
      res.once('close', onEnd);
      onQueuedResponseLost(res, onEnd);
      this.#opened = this.#open(abort.signal);
    }
    this.#opened.catch(ignore); // who asked may be gone with the request
  }

  /** The connection. Rejects as `acquire` does, and with `RequestEndedError` when the response is over. */
  async connection(): Promise<T> {
    const lease = await this.#opened;
    const state = this.#state;
    if (state.kind === 'over' || (state.kind === 'open' && state.transaction?.over))
      throw new RequestEndedError();
    return lease.resource;
  }

  /** Calls a method of the connection. That the promise is rejected and nobody looks does not end the process. */
  call(name: string, args: readonly unknown[]): Promise<unknown> {
    const work = this.#call(name, args);
    this.#hold(work);
    return work;
  }

  /** The request's handler, which has the bare connection, is running: until `handlerEnded` nobody else may. */
  handlerRuns(): void {
    if (this.#handler !== undefined) return;
    let end = ignore;
    const ended = new Promise<void>((resolve) => (end = resolve));
    this.#handler = { ended, end };
  }

  handlerEnded(): void {
    this.#handler?.end();
  }

  async #call(name: string, args: readonly unknown[]): Promise<unknown> {
    const connection = (await this.connection()) as Record<string, unknown>;
    const method = connection[name];
    if (typeof method !== 'function') throw new TypeError(`The connection has no method ${printable(name)}`);
    try {
      return (await method.apply(connection, args)) as unknown;
    } catch (error) {
      if (isFatal(this.pool.options.isFatal, error)) this.#fatal = error;
      throw error;
    }
  }

  async #open(signal: AbortSignal): Promise<Lease<T>> {
    const { pool, options, ctx } = this;
    const label = printable(`${ctx.method} ${ctx.route ?? ctx.path}`);
    const lease = await pool.lease({ signal, priority: options.priority, label });
    let transaction: Transaction<T> | undefined;
    if (options.transaction && this.#state.kind === 'opening') {
      transaction = new Transaction(pool, lease.resource);
      try {
        await transaction.begin();
      } catch (error) {
        void lease.destroy('transaction');
        throw error;
      }
    }
    if (this.#state.kind === 'over') {
      await this.#close(lease, transaction);
      throw new RequestEndedError();
    }
    this.#state = { kind: 'open', lease, transaction };
    if (transaction !== undefined) holdEnd(ctx.res, () => this.#concludeHeld(lease, transaction));
    return lease;
  }

  async #end(): Promise<void> {
    const state = this.#state;
    if (state.kind === 'over') return;
    this.#state = { kind: 'over' };
    if (state.kind === 'opening') state.abort.abort(new RequestEndedError());
    else await this.#close(state.lease, state.transaction);
  }

  async #close(lease: Lease<T>, transaction: Transaction<T> | undefined): Promise<void> {
    const pending: Promise<unknown>[] = [...this.#work];
    if (this.#handler !== undefined) pending.push(this.#handler.ended);
    if (!(await this.#settled(pending))) {
      void lease.destroy('unsettled');
      return;
    }
    if (transaction?.over === false) await rollBack(transaction, lease);
    lease.release(this.#fatal);
  }

  #concludeHeld(lease: Lease<T>, transaction: Transaction<T>): Promise<void> {
    const conclusion = this.#conclude(lease, transaction, [...this.#work]);
    this.#hold(conclusion);
    return conclusion;
  }

  /** Ends the transaction before the response ends. Rejects when the response says success and there is none. */
  async #conclude(lease: Lease<T>, transaction: Transaction<T>, work: Promise<unknown>[]): Promise<void> {
    if (this.#state.kind === 'over') return;
    const { statusCode } = this.ctx.res;
    const success = statusCode >= 200 && statusCode < 400;
    if (!(await this.#settled(work))) {
      void lease.destroy('unsettled');
      if (success) throw new RequestEndedError();
    } else if (!success) await rollBack(transaction, lease);
    else {
      try {
        await transaction.commit();
      } catch (error) {
        void lease.destroy('transaction');
        throw error;
      }
    }
  }

  #hold(work: Promise<unknown>): void {
    this.#work.add(work);
    const done = (): void => void this.#work.delete(work);
    work.then(done, done);
  }

  /** Whether all of `work` settled in time. */
  async #settled(work: readonly Promise<unknown>[]): Promise<boolean> {
    if (work.length === 0) return true;
    const timeout = new Error();
    return withDeadline(this.pool.options.clock, Promise.allSettled(work), this.options.settleTimeout, {
      onTimeout: () => timeout,
      ref: false,
    }).then(
      () => true,
      () => false,
    );
  }
}

async function rollBack<T>(transaction: Transaction<T>, lease: Lease<T>): Promise<void> {
  await transaction.rollback().catch(() => lease.destroy('transaction'));
}

function ignore(): void {}
