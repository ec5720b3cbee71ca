import type { Context, Milliseconds } from '@spark-perf/core';
import { refuse } from './refusal.js';

/** What takes a while and is told by its length. */
export type ProfileTask = 'cpu-profile' | 'heap-profile';
export type Task = ProfileTask | 'heap-snapshot' | 'state';

const TASKS: readonly string[] = ['cpu-profile', 'heap-profile', 'heap-snapshot', 'state'] satisfies Task[];
const SECONDS: Readonly<Record<ProfileTask, number>> = { 'cpu-profile': 10, 'heap-profile': 30 };

/** What a path, without the prefix of the mount, asks for. */
export function taskOf(ctx: Context): Task | undefined {
  const name = ctx.path.slice(1);
  return TASKS.includes(name) ? (name as Task) : undefined;
}

/**
 * Whether method and fields are right; else it has been answered. A form or an image of another site can't send a
 * field of its own, and a script of another site needs our leave to: nobody's browser is made to profile us.
 */
export function mayBegin(ctx: Context, task: Task): boolean {
  const allowed = task === 'state' ? ['GET', 'HEAD'] : ['POST'];
  if (!allowed.includes(ctx.method)) {
    ctx.res.setHeader('Allow', allowed.join(', '));
    refuse(ctx, 'SPARK_DIAGNOSTICS_METHOD', `Use ${allowed.join(' or ')}`);
    return false;
  }
  if (task === 'state' || ctx.headers['x-spark-diagnostics'] !== undefined) return true;
  refuse(ctx, 'SPARK_DIAGNOSTICS_FORBIDDEN', 'The field X-Spark-Diagnostics is missing');
  return false;
}

/** The length asked for; `undefined` when it is none, and has been answered. */
export function profileDuration(
  ctx: Context,
  task: ProfileTask,
  maxDuration: Milliseconds,
): Milliseconds | undefined {
  const given = ctx.query['seconds'];
  const duration = given === undefined ? Math.min(SECONDS[task] * 1_000, maxDuration) : Number(given) * 1_000;
  if (duration > 0 && duration <= maxDuration) return duration;
  refuse(ctx, 'SPARK_DIAGNOSTICS_REQUEST', `seconds must be above 0 and at most ${maxDuration / 1_000}`);
  return undefined;
}
