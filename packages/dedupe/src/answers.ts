import type { Context, Milliseconds, Problem } from '@spark-perf/core';
import { answerError } from '@spark-perf/core';

interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly detail: string;
  /** The last word of the problem's type. */
  readonly type: string;
  readonly retryAfter?: Milliseconds;
}

/** The refusals of this package. Those about keys are always problems and link to their description. */
export class Answers {
  readonly #describedBy: string;

  constructor(describedBy: string) {
    this.#describedBy = describedBy;
  }

  missingKey(ctx: Context): void {
    const detail = 'This operation requires an Idempotency-Key header.';
    this.#refuse(ctx, true, {
      status: 400,
      error: 'Idempotency-Key is missing',
      detail,
      type: 'key-missing',
    });
  }

  malformedKey(ctx: Context, reason: string): void {
    const detail = `The Idempotency-Key header is not usable: ${reason}.`;
    this.#refuse(ctx, true, {
      status: 400,
      error: 'Idempotency-Key is malformed',
      detail,
      type: 'key-malformed',
    });
  }

  mismatch(ctx: Context): void {
    const detail = 'This Idempotency-Key was used with another payload. A new request needs a new key.';
    this.#refuse(ctx, true, {
      status: 422,
      error: 'Idempotency-Key is already used',
      detail,
      type: 'key-reused',
    });
  }

  inFlight(ctx: Context, retryAfter: Milliseconds): void {
    const detail = 'A request with this Idempotency-Key is still being processed.';
    const error = 'A request is outstanding for this Idempotency-Key';
    this.#refuse(ctx, true, { status: 409, error, detail, type: 'in-flight', retryAfter });
  }

  outcomeUnknown(ctx: Context, keyed: boolean): void {
    const detail = 'The process that handled this request vanished; whether it took effect is not known.';
    this.#refuse(ctx, keyed, { status: 409, error: 'Outcome unknown', detail, type: 'outcome-unknown' });
  }

  responseTooLarge(ctx: Context, keyed: boolean): void {
    const detail = 'This request was processed before; its response was too large to be kept.';
    this.#refuse(ctx, keyed, {
      status: 409,
      error: 'Response too large to replay',
      detail,
      type: 'response-too-large',
    });
  }

  waitTimeout(ctx: Context): void {
    const detail = 'The same request is still being processed.';
    const refusal = {
      status: 503,
      error: 'Service unavailable',
      detail,
      type: 'wait-timeout',
      retryAfter: 1_000,
    };
    this.#refuse(ctx, false, refusal);
  }

  unavailable(ctx: Context, keyed: boolean, retryAfter: Milliseconds): void {
    const detail = 'Whether this request was processed before can not be told at the moment.';
    this.#refuse(ctx, keyed, {
      status: 503,
      error: 'Service unavailable',
      detail,
      type: 'store-unavailable',
      retryAfter,
    });
  }

  badGateway(ctx: Context, keyed: boolean): void {
    const detail = 'The request that was processed for this one was cut off.';
    this.#refuse(ctx, keyed, { status: 502, error: 'Bad gateway', detail, type: 'cut-off' });
  }

  #refuse(ctx: Context, keyed: boolean, { status, error, detail, type, retryAfter }: Refusal): void {
    if (ctx.res.headersSent) return;
    if (retryAfter !== undefined)
      ctx.res.setHeader('Retry-After', Math.max(1, Math.ceil(retryAfter / 1_000)));
    if (keyed) ctx.res.setHeader('Link', `<${this.#describedBy}>; rel="describedby"; type="text/html"`);
    const problem: Problem = { type: `urn:spark-perf:dedupe:${type}`, title: error, detail };
    answerError(ctx, { status, body: { error, code: type }, problem, alwaysProblem: keyed });
  }
}
