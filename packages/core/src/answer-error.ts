import { answer } from './answer.js';
import type { Context } from './context.js';
import { acceptsNamed } from './media-type.js';

/** An RFC 9457 problem, less the status. */
export interface Problem {
  /** A URI that names the kind of problem. @default about:blank */
  readonly type?: string;
  readonly title: string;
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

export interface ErrorAnswer {
  readonly status: number;
  /** The plain body, `{ error, … }`. */
  readonly body: { readonly error: string; readonly [field: string]: unknown };
  /** What `application/problem+json` carries. @default a problem made of `body` */
  readonly problem?: Problem | undefined;
  /** Whether to answer with a problem whatever `Accept` says. @default false */
  readonly alwaysProblem?: boolean | undefined;
}

/**
 * Answers with an error: `{ error, … }` as JSON, or `application/problem+json` where `Accept` names it. Never
 * cached. Returns whether it answered.
 */
export function answerError(ctx: Context, error: ErrorAnswer): boolean {
  const { res } = ctx;
  if (res.headersSent || ctx.responded) return false;
  res.setHeader('Cache-Control', 'no-store');
  if (error.alwaysProblem === true || acceptsNamed(ctx.headers.accept, 'application/problem+json')) {
    const { error: title, ...facts } = error.body;
    const problem = error.problem ?? { title, ...facts };
    const body = JSON.stringify({ type: 'about:blank', status: error.status, ...problem });
    return answer(ctx, error.status, 'application/problem+json', body);
  }
  return answer(ctx, error.status, 'application/json; charset=utf-8', JSON.stringify(error.body));
}
