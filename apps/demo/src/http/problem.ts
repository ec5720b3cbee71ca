import type { Context } from '@spark-perf/core';
import { answerError } from '@spark-perf/core';

/** One thing that is wrong with a request. */
export interface Fault {
  /** The field's name, such as `limit` or `cities.2`. */
  readonly field: string;
  readonly message: string;
}

/** 400: the request can't be understood; says which fields are wrong. */
export function badRequest(ctx: Context, faults: readonly Fault[]): void {
  refuse(ctx, 400, 'Bad request', faults);
}

/** 422: understood, but about things that don't exist. */
export function unprocessable(ctx: Context, faults: readonly Fault[]): void {
  refuse(ctx, 422, 'Unprocessable content', faults);
}

/** 404, for `what`. */
export function notFound(ctx: Context, what: string): void {
  const error = `${what} not found`;
  answerError(ctx, { status: 404, body: { error }, problem: { title: error }, alwaysProblem: true });
}

function refuse(ctx: Context, status: number, error: string, faults: readonly Fault[]): void {
  const detail = faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
  const problem = { title: error, detail, errors: faults };
  answerError(ctx, { status, body: { error }, problem, alwaysProblem: true });
}
