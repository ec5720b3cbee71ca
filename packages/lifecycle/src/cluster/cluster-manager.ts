import type { EventSource, Listener, MetricFamily, Unsubscribe } from '@spark-perf/core';
import { Emitter, functionOption } from '@spark-perf/core';
import cluster from 'node:cluster';
import { NotReadyError } from '../errors.js';
import { processLifecycle } from '../exit/process-registry.js';
import { ResourceManager } from '../resource-manager.js';
import type { ClusterStats } from './cluster-stats.js';
import { clusterMetrics } from './cluster-metrics.js';
import { ReloadAbortedError } from './errors.js';
import type { ClusterManagerEvents } from './events.js';
import type { ClusterManagerOptions, ResolvedClusterOptions } from './options.js';
import { resolveClusterOptions } from './options.js';
import { Primary } from './primary.js';
import { WorkerAgent } from './worker-agent.js';
import type { WorkerMain } from './worker-context.js';

/**
 * Runs a program in several processes that share its port, on `node:cluster`. The same code runs everywhere: in the
 * primary `run` starts and supervises the workers, in a worker it runs `main`.
 *
 * @throws InvalidOptionError
 */
export class ClusterManager implements EventSource<ClusterManagerEvents> {
  readonly #options: ResolvedClusterOptions;
  readonly #events: Emitter<ClusterManagerEvents>;
  readonly #role: ClusterStats['role'];
  #primary: { readonly supervisor: Primary; readonly resources: ResourceManager } | undefined;

  constructor(raw?: ClusterManagerOptions) {
    this.#options = resolveClusterOptions(raw);
    const { logger, workers } = this.#options;
    this.#events = new Emitter((error) => logger.error('Listener failed', error));
    this.#role = workers === 0 ? 'single' : cluster.isPrimary ? 'primary' : 'worker';
  }

  on<K extends keyof ClusterManagerEvents>(
    event: K,
    listener: Listener<ClusterManagerEvents[K]>,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * In a worker: runs `main`, and is ready when it has resolved, the process listens and all managers are ready. In the
   * primary: starts the workers and resolves when all have been ready once; `main` does not run. With `workers: 0`:
   * runs `main` here.
   *
   * Resolves to what `main` returned, in the primary to undefined.
   *
   * @throws CrashLoopError in the primary, with `exit: false`, when workers crash again and again; NotReadyError when
   * the cluster is closed before all have been ready.
   */
  async run<T>(main: WorkerMain<T>): Promise<T | undefined> {
    functionOption('main', main as typeof main | null, undefined);
    switch (this.#role) {
      case 'worker':
        return new WorkerAgent(this.#options).run(main);
      case 'single':
        return this.#runHere(main);
      case 'primary':
        await this.#runPrimary();
        return undefined;
    }
  }

  /**
   * A rolling restart: one worker at a time, the new one ready before the old one drains. Requests during a reload
   * share one more after it. A worker that does not become ready ends the reload; the old ones stay.
   *
   * @throws ReloadAbortedError
   */
  async reload(): Promise<void> {
    if (this.#primary === undefined) throw new ReloadAbortedError(0, new Error('There are no workers here'));
    await this.#primary.supervisor.reload();
  }

  /** Drains all workers; does not exit. @throws WorkerDrainError, within an AggregateError */
  async close(): Promise<void> {
    await this.#primary?.resources[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  getStats(): ClusterStats {
    const none = { role: this.#role, workers: [], reloading: false, crashes: 0, reloads: 0 };
    return this.#primary?.supervisor.stats() ?? none;
  }

  collect(): MetricFamily[] {
    return clusterMetrics(this.getStats());
  }

  async #runHere<T>(main: WorkerMain<T>): Promise<T> {
    const { clock, readyTimeout } = this.#options;
    const begin = clock.now();
    const abort = new AbortController();
    const report = await main({ slot: 0, signal: abort.signal });
    const members = [...processLifecycle().members];
    await Promise.all(members.map((one) => one.whenReady({ timeout: readyTimeout })));
    this.#events.emit('ready', { slot: 0, pid: process.pid, report, duration: clock.now() - begin });
    return report;
  }

  #runPrimary(): Promise<void> {
    const { manager, exit, drainTimeout, reloadOnSighup, logger } = this.#options;
    const resources = new ResourceManager(manager);
    return new Promise((resolve, reject) => {
      const supervisor = new Primary(this.#options, this.#events, resolve, (error) => {
        logger.error(error.message);
        if (exit) return processLifecycle().crash('crash loop', error);
        reject(error);
        void resources.close(); // what it resolves to is logged
      });
      const onSighup = (): void => void supervisor.reload().catch(() => {}); // told by its event
      const onExit = (): void => supervisor.kill();
      if (reloadOnSighup) process.on('SIGHUP', onSighup);
      // A forced exit, or one from elsewhere: no worker outlives it.
      process.on('exit', onExit);
      const drain = async (): Promise<void> => {
        process.off('SIGHUP', onSighup);
        // Nothing once all have been ready, nor when the process ends anyway.
        if (!processLifecycle().ending) reject(new NotReadyError(['shutdown']));
        await supervisor.stop('shutdown').finally(() => process.off('exit', onExit));
      };
      resources.register('cluster', supervisor, drain, { timeout: drainTimeout + 2_000 });
      this.#primary = { supervisor, resources };
      supervisor.start();
    });
  }
}
