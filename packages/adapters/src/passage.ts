import type { Middleware } from '@spark-perf/core';
import type { HostContext } from './host-context.js';

/** What a host with callbacks instead of promises is told. */
export interface CallbackHost {
  /** Go on with the rest. */
  pass(): void;
  /** Ours have failed before the rest ran. */
  fail(error: unknown): void;
  /** Ours have ended without the rest: they have answered. */
  answered(): void;
  /** Ours have failed beside the rest or behind the response: it can't be answered any more. */
  late(error: unknown): void;
}

/** What ours made of an error of the rest: nothing more to do, or the error that the host must handle. */
export type Outcome = { readonly answered: true } | { readonly answered: false; readonly error: unknown };

/** A request on its way through ours, on a host whose rest does not tell when it is done. */
export class Passage {
  /** The part of the host that ours are mounted in. */
  readonly scope: unknown;
  readonly #ctx: HostContext;
  #ours: Promise<unknown> | undefined = undefined;
  #rest: Promise<void> | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;
  #failed = false;

  constructor(ctx: HostContext, scope: unknown) {
    this.#ctx = ctx;
    this.scope = scope;
  }

  /** Runs ours around the rest: `next()` resolves when the response is over, and rejects by `fail`. */
  start(run: Middleware, host: CallbackHost): void {
    const ctx = this.#ctx;
    ctx.passages.push(this);
    const next = (): Promise<void> => {
      const rest = new Promise<void>((resolve, reject) => {
        this.#reject = reject;
        ctx.over.tell(resolve);
      });
      this.#rest = rest;
      host.pass();
      return rest;
    };
    this.#ours = Promise.resolve(run(ctx, next));
    this.#ours.then(
      () => {
        if (this.#reject === undefined) host.answered();
      },
      (error: unknown) => {
        if (this.#reject === undefined) host.fail(error);
        else if (!this.#failed) host.late(error);
      },
    );
  }

  /** The rest has failed: tells ours, and what they made of it. */
  async fail(error: unknown): Promise<Outcome> {
    const { res } = this.#ctx;
    const begun = res.headersSent;
    this.#failed = true;
    this.#rest?.catch(ignore); // ours may not wait for it
    this.#reject?.(error);
    await Promise.resolve(); // a rest that fails at once does so before `start` has returned
    try {
      await this.#ours;
    } catch (thrown) {
      return { answered: false, error: thrown };
    }
    // Swallowed: either ours have answered in its place, or somebody still must.
    const answered = res.writableEnded || res.destroyed || (res.headersSent && !begun);
    return answered ? { answered } : { answered, error };
  }
}

/** Tells the passages of a request of an error, the innermost first, until one of them has dealt with it. */
export async function failAll(passages: readonly Passage[], error: unknown): Promise<Outcome> {
  let outcome: Outcome = { answered: false, error };
  for (let at = passages.length - 1; at >= 0 && !outcome.answered; at--) {
    outcome = (await passages[at]?.fail(outcome.error)) ?? outcome;
  }
  return outcome;
}

const ignore = (): void => {};
