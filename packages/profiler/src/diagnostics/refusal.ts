import type { Context } from '@spark-perf/core';
import { answerError } from '@spark-perf/core';

const STATUS = {
  SPARK_DIAGNOSTICS_FORBIDDEN: 403,
  SPARK_DIAGNOSTICS_METHOD: 405,
  SPARK_DIAGNOSTICS_BUSY: 409,
  SPARK_DIAGNOSTICS_REQUEST: 400,
  SPARK_DIAGNOSTICS_MEMORY: 503,
} as const;

/** Codes of the answers that refuse a diagnostics request. */
export type RefusalCode = keyof typeof STATUS;

/** Answers that it can't be done, and why. */
export function refuse(ctx: Context, code: RefusalCode, message: string): void {
  answerError(ctx, { status: STATUS[code], body: { error: message, code } });
}
