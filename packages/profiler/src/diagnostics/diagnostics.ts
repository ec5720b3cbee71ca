import type { Context, Middleware, Milliseconds } from '@spark-perf/core';
import {
  answer,
  clockOption,
  functionOption,
  numberOption,
  onQueuedResponseLost,
  optionsObject,
} from '@spark-perf/core';
import { RuntimeMonitor } from '../runtime/runtime-monitor.js';
import type { AccessRule } from './access.js';
import { isAllowed } from './access.js';
import { freeMemory, hasRoomForSnapshot, sendHeapSnapshot } from './heap-snapshot.js';
import { allocationProfile, cpuProfile } from './inspector-profile.js';
import type { DiagnosticsOptions } from './options.js';
import { DIAGNOSTICS_DEFAULTS } from './options.js';
import { refuse } from './refusal.js';
import { mayBegin, profileDuration, taskOf } from './task.js';
import type { ProfileTask } from './task.js';

const KNOWN = ['authorize', 'maxDuration', 'authorizeTimeout', 'monitor', 'freeMemory', 'clock'];

/**
 * A middleware for a prefix: `POST /cpu-profile?seconds=10`, `POST /heap-profile?seconds=30` and `POST /heap-snapshot`
 * answer with files for DevTools (speedscope opens the profiles too), one at a time; `GET /state` with the state of event
 * loop and memory.
 * A POST needs the field `X-Spark-Diagnostics`, which no page of another origin can send. Other paths go on to `next`.
 * What it answers with holds secrets: a heap snapshot has every string of the process.
 *
 * @throws InvalidOptionError
 */
export function diagnostics<C extends Context>(options?: DiagnosticsOptions): Middleware<C> {
  const given = optionsObject('options', options, KNOWN);
  const defaults = DIAGNOSTICS_DEFAULTS;
  const clock = clockOption(given.clock);
  const rule: AccessRule = {
    authorize: functionOption('authorize', given.authorize, undefined),
    authorizeTimeout: numberOption('authorizeTimeout', given.authorizeTimeout, defaults.authorizeTimeout, {
      min: 1,
    }),
    clock,
  };
  const bounds = { min: 1_000, max: 600_000 };
  const maxDuration = numberOption('maxDuration', given.maxDuration, defaults.maxDuration, bounds);
  const free = functionOption('freeMemory', given.freeMemory, freeMemory);
  const monitor = given.monitor ?? new RuntimeMonitor({ clock });
  let busy = false;

  const profile = async (ctx: Context, task: ProfileTask, duration: Milliseconds): Promise<void> => {
    const gone = new AbortController();
    ctx.res.once('close', () => gone.abort());
    onQueuedResponseLost(ctx.res, () => gone.abort());
    const make = task === 'cpu-profile' ? cpuProfile : allocationProfile;
    let body: string;
    try {
      body = JSON.stringify(await make(clock, duration, gone.signal));
    } catch (error) {
      if (gone.signal.aborted) return;
      throw error;
    }
    name(ctx, task === 'cpu-profile' ? 'cpuprofile' : 'heapprofile', clock.wallNow());
    answer(ctx, 200, 'application/json', body);
  };

  const perform = async (ctx: Context, task: ProfileTask | 'heap-snapshot'): Promise<void> => {
    if (ctx.res.destroyed) return; // the client left while `authorize` was asked
    if (task !== 'heap-snapshot') {
      const duration = profileDuration(ctx, task, maxDuration);
      if (duration !== undefined) await profile(ctx, task, duration);
      return;
    }
    if (!hasRoomForSnapshot(free())) {
      refuse(ctx, 'SPARK_DIAGNOSTICS_MEMORY', 'There is not enough free memory for a heap snapshot');
      return;
    }
    name(ctx, 'heapsnapshot', clock.wallNow());
    ctx.res.setHeader('Content-Type', 'application/json');
    await sendHeapSnapshot(ctx, clock);
  };

  return async (ctx, next) => {
    const task = taskOf(ctx);
    if (task === undefined) return next();
    if (!(await isAllowed(ctx, rule))) {
      return refuse(ctx, 'SPARK_DIAGNOSTICS_FORBIDDEN', 'Diagnostics are not open to this request');
    }
    if (!mayBegin(ctx, task)) return undefined;
    if (task === 'state') {
      ctx.res.setHeader('Cache-Control', 'no-store');
      answer(ctx, 200, 'application/json; charset=utf-8', JSON.stringify(monitor.getStats()));
      return undefined;
    }
    if (busy) return refuse(ctx, 'SPARK_DIAGNOSTICS_BUSY', 'Another profile or snapshot is being made');
    busy = true;
    try {
      await perform(ctx, task);
    } finally {
      busy = false;
    }
    return undefined;
  };
}

/** Names the file after its time: DevTools tells the kind by the extension. */
function name(ctx: Context, extension: string, wall: Milliseconds): void {
  const time = new Date(wall).toISOString().replace(/[:.]/g, '-');
  ctx.res.setHeader('Content-Disposition', `attachment; filename="${process.pid}-${time}.${extension}"`);
  ctx.res.setHeader('Cache-Control', 'no-store');
}
