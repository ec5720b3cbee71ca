import type { Clock, Context, Logger, Milliseconds } from '@spark-perf/core';
import { answer, isSparkPerfError, onQueuedResponseLost, withDeadline } from '@spark-perf/core';
import type { WorkerProcesses } from '../cluster/worker-processes.js';
import type { Fields } from '../http/read-fields.js';
import type { Refusal } from '../http/refusal.js';
import { refuse } from '../http/refusal.js';
import { isDrainable } from '../report/read-source.js';
import type { NamedSource } from '../sources/named-sources.js';
import { makeProfile } from './make-profile.js';
import type { ProfileTask } from './profile-task.js';
import { isProfileTask } from './profile-task.js';
import { hasRoomForSnapshot, sendHeapSnapshot } from './send-heap-snapshot.js';

export interface ActionsOptions {
  readonly sources: readonly NamedSource[];
  readonly workers: WorkerProcesses | undefined;
  readonly maxDuration: Milliseconds;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onDone: (action: string, target: string, ok: boolean) => void;
}

/** A drain may go on for long: its beginning is all that is waited for. */
const BEGUN: Milliseconds = 1_000;

/** What can be done from the page. Whoever calls has checked that it may. */
export class Actions {
  readonly #options: ActionsOptions;
  /** One profile or snapshot at a time: two would measure each other. */
  #busy = false;

  constructor(options: ActionsOptions) {
    this.#options = options;
  }

  async perform(ctx: Context, action: string, fields: Fields): Promise<void> {
    if (action === 'drain' || action === 'restore') return this.#moveServer(ctx, action, fields);
    if (action !== 'heap-snapshot' && !isProfileTask(action)) {
      return refuse(ctx, { code: 'SPARK_DASHBOARD_NOT_FOUND', message: 'There is no such action' });
    }
    if (this.#busy)
      return refuse(ctx, {
        code: 'SPARK_DASHBOARD_BUSY',
        message: 'Another profile or snapshot is being made',
      });
    this.#busy = true;
    try {
      const refusal =
        action === 'heap-snapshot'
          ? await this.#snapshot(ctx, fields)
          : await this.#profile(ctx, action, fields);
      this.#options.onDone(action, fields['process'] ?? String(process.pid), refusal === undefined);
      if (refusal !== undefined) refuse(ctx, refusal);
    } finally {
      this.#busy = false;
    }
  }

  async #moveServer(
    ctx: Context,
    action: 'drain' | 'restore',
    { source = '', target = '' }: Fields,
  ): Promise<void> {
    const { clock, logger, sources, onDone } = this.#options;
    const balancer = sources.find((one) => one.name === source && isDrainable(one.source))?.source;
    if (balancer === undefined || target === '') {
      return refuse(ctx, { code: 'SPARK_DASHBOARD_NOT_FOUND', message: 'There is no such server' });
    }
    const begun = Symbol('begun');
    const onTimeout = (): Error => Object.assign(new Error('still under way'), { begun });
    try {
      const work = action === 'drain' ? balancer.drainServer?.(target) : balancer.restoreServer?.(target);
      await withDeadline(clock, Promise.resolve(work), BEGUN, { onTimeout });
    } catch (error) {
      if ((error as { begun?: unknown } | null)?.begun !== begun) {
        logger.warn(`Could not ${action} a server`, error);
        onDone(action, target, false);
        const why = isSparkPerfError(error) ? ` (${error.code})` : '';
        return refuse(ctx, {
          code: 'SPARK_DASHBOARD_FAILED',
          message: `The balancer did not ${action} it${why}`,
        });
      }
    }
    onDone(action, target, true);
    if (/\bapplication\/json\b/.test(ctx.headers.accept ?? '')) {
      answer(ctx, 200, 'application/json; charset=utf-8', JSON.stringify({ ok: true }));
      return;
    }
    ctx.res.setHeader('Location', '../../');
    answer(ctx, 303, 'text/plain; charset=utf-8', 'Done');
  }

  async #profile(
    ctx: Context,
    task: ProfileTask,
    { process: pid, seconds }: Fields,
  ): Promise<Refusal | undefined> {
    const { clock, maxDuration, workers } = this.#options;
    const duration = seconds === undefined ? Math.min(10_000, maxDuration) : Number(seconds) * 1_000;
    if (!(duration > 0 && duration <= maxDuration)) {
      return {
        code: 'SPARK_DASHBOARD_REQUEST',
        message: `seconds must be above 0 and at most ${maxDuration / 1_000}`,
      };
    }
    const gone = new AbortController();
    ctx.res.once('close', () => gone.abort());
    onQueuedResponseLost(ctx.res, () => gone.abort());
    const own = pid === undefined || pid === String(process.pid);
    try {
      const made = own
        ? { profile: await makeProfile(clock, task, duration, gone.signal) }
        : ((await workers?.profile(Number(pid), task, duration)) ?? 'absent');
      if (made === 'absent')
        return { code: 'SPARK_DASHBOARD_NOT_FOUND', message: 'That process did not answer' };
      if (made === 'busy')
        return { code: 'SPARK_DASHBOARD_BUSY', message: 'Another profile is being made there' };
      this.#attach(
        ctx,
        own ? String(process.pid) : pid,
        task === 'cpu-profile' ? 'cpuprofile' : 'heapprofile',
      );
      answer(ctx, 200, 'application/json', made.profile);
      return undefined;
    } catch (error) {
      if (gone.signal.aborted) return undefined;
      this.#options.logger.error('A profile failed', error);
      return { code: 'SPARK_DASHBOARD_FAILED', message: 'The profile could not be made' };
    }
  }

  async #snapshot(ctx: Context, { process: pid }: Fields): Promise<Refusal | undefined> {
    if (pid !== undefined && pid !== String(process.pid)) {
      return {
        code: 'SPARK_DASHBOARD_REQUEST',
        message: 'A heap snapshot can only be made of the process that serves the page',
      };
    }
    if (!hasRoomForSnapshot()) {
      return {
        code: 'SPARK_DASHBOARD_MEMORY',
        message: 'There is not enough free memory for a heap snapshot',
      };
    }
    this.#attach(ctx, String(process.pid), 'heapsnapshot');
    await sendHeapSnapshot(ctx, this.#options.clock);
    return undefined;
  }

  /** DevTools tells the kind of a file by its extension. */
  #attach(ctx: Context, pid: string, extension: string): void {
    const time = new Date(this.#options.clock.wallNow()).toISOString().replace(/[:.]/g, '-');
    const name = `${pid.replace(/\D/g, '')}-${time}.${extension}`;
    ctx.res.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  }
}
