import type { Context } from '@spark-perf/core';
import { answerError } from '@spark-perf/core';

const STATUS = {
  SPARK_DASHBOARD_LOGIN: 401,
  SPARK_DASHBOARD_FORBIDDEN: 403,
  SPARK_DASHBOARD_NOT_FOUND: 404,
  SPARK_DASHBOARD_METHOD: 405,
  SPARK_DASHBOARD_BUSY: 409,
  SPARK_DASHBOARD_REQUEST: 400,
  SPARK_DASHBOARD_THROTTLED: 429,
  SPARK_DASHBOARD_FAILED: 502,
  SPARK_DASHBOARD_MEMORY: 503,
  SPARK_DASHBOARD_VIEWERS: 503,
  SPARK_DASHBOARD_CLOSED: 503,
} as const;

/** Codes of the answers that refuse a request. */
type RefusalCode = keyof typeof STATUS;

/** Why something is not done. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** Answers that it isn't done, and why. */
export function refuse(ctx: Context, { code, message }: Refusal): void {
  answerError(ctx, { status: STATUS[code], body: { error: message, code } });
}

/** The answer of a page that is not there. It does not tell that there could be one. */
export function refuseNotFound(ctx: Context): void {
  answerError(ctx, { status: 404, body: { error: 'Not found' } });
}
