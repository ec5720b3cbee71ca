import type { Context } from '@spark-perf/core';
import * as v from 'valibot';
import { badRequest } from './problem.js';

/** The input as the schema gives it, or `undefined` after a 400 that names every wrong field. */
export function validated<const S extends v.GenericSchema>(
  ctx: Context,
  schema: S,
  input: unknown,
): v.InferOutput<S> | undefined {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const faults = result.issues.slice(0, 20).map((issue) => ({
    field: v.getDotPath(issue) ?? 'body',
    message: issue.message,
  }));
  badRequest(ctx, faults);
  return undefined;
}
