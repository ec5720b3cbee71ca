import type { Milliseconds } from '@spark-perf/core';
import type { ProfileTask } from '../actions/profile-task.js';
import type { ProcessReport } from '../report/process-report.js';

/** What the process that serves the page asks the others. */
export type Question =
  | { readonly type: 'report'; readonly id: number }
  | {
      readonly type: 'profile';
      readonly id: number;
      readonly task: ProfileTask;
      readonly duration: Milliseconds;
    };

/** What they answer. */
export type Answer =
  | { readonly type: 'report'; readonly id: number; readonly report: ProcessReport }
  | { readonly type: 'profile'; readonly id: number; readonly profile: string }
  | { readonly type: 'failed'; readonly id: number; readonly reason: 'busy' | 'error' }
  /** The last one, unasked, when the process ends: what it has counted must not be lost. */
  | { readonly type: 'final'; readonly report: ProcessReport };

const TAG = '@spark-perf/dashboard';

/** Marks our messages among those of the program. */
export function seal<M extends Question | Answer>(message: M): object {
  return { [TAG]: message };
}

/** The message, if it is one of ours. */
export function unseal<M extends Question | Answer>(value: unknown): M | undefined {
  return typeof value === 'object' && value !== null
    ? ((value as Record<string, unknown>)[TAG] as M | undefined)
    : undefined;
}
