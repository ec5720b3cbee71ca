import type {
  EventSource,
  Listener,
  MetricFamily,
  Middleware,
  Milliseconds,
  Unsubscribe,
} from '@spark-perf/core';
import { Emitter, functionOption, optionsObject, stringOption } from '@spark-perf/core';
import type { Server as HttpServer } from 'node:http';
import type { Cleanup } from './cleanup-of.js';
import { CleanupRunner } from './cleanup-runner.js';
import type { ServerApp } from './drain/find-server.js';
import { ServerGroup } from './drain/server-group.js';
import type { ServerOptions } from './drain/server-options.js';
import { resolveServerOptions } from './drain/server-options.js';
import type { ResourceManagerEvents } from './events.js';
import { ProcessMembership } from './exit/process-membership.js';
import { processLifecycle } from './exit/process-registry.js';
import type { HealthOptions } from './health/health-middleware.js';
import { healthMiddleware } from './health/health-middleware.js';
import type { ReadinessCheck, ReadinessCheckOptions } from './health/readiness-check.js';
import type { WhenReadyOptions } from './health/ready-state.js';
import { ReadyState } from './health/ready-state.js';
import { lifecycleMetrics } from './lifecycle-metrics.js';
import { scopeMiddleware } from './middleware.js';
import type { ResolvedResourceManagerOptions, ResourceManagerOptions } from './options.js';
import { resolveResourceManagerOptions } from './options.js';
import type { Phase, ShutdownResult } from './phase.js';
import type { RequestScopeOptions } from './request/request-scope-options.js';
import { RequestScopeGroup } from './request/request-scope-group.js';
import type { ResourceEntry, Unregister } from './resource-entry.js';
import { resourceEntry } from './resource-entry.js';
import { ResourceGraph } from './resource-graph.js';
import type { ResourceOptions } from './resource-options.js';
import { Shutdown } from './shutdown.js';
import type { ShutdownCause } from './shutdown-cause.js';
import type { ShutdownOptions } from './shutdown-options.js';
import type { ShutdownApp } from './spark-app.js';
import { joinShutdownOf } from './spark-app.js';
import { StartUp } from './start-up.js';
import type { LifecycleStats } from './stats.js';

/**
 * Owns what a process has opened and takes it down in order: on a signal, after a crash, or when told to. Constructing
 * one installs signal and crash handlers, one set for all managers of the process, unless `signals: false`.
 *
 * @throws InvalidOptionError
 */
export class ResourceManager implements EventSource<ResourceManagerEvents> {
  readonly #options: ResolvedResourceManagerOptions;
  readonly #events: Emitter<ResourceManagerEvents>;
  readonly #graph = new ResourceGraph();
  readonly #scopes: RequestScopeGroup;
  readonly #runner: CleanupRunner;
  readonly #servers: ServerGroup;
  readonly #startUp: StartUp;
  readonly #shutdown: Shutdown;
  readonly #ready: ReadyState;
  readonly #membership: ProcessMembership;
  readonly #since: Milliseconds;

  constructor(raw?: ResourceManagerOptions) {
    const options = resolveResourceManagerOptions(raw);
    const { clock, logger } = options;
    const events = new Emitter<ResourceManagerEvents>((error) => logger.error('Listener failed', error));
    this.#options = options;
    this.#events = events;
    this.#since = clock.now();
    this.#runner = new CleanupRunner(clock, events);
    this.#scopes = new RequestScopeGroup(clock, events);
    this.#servers = new ServerGroup(clock, logger);
    this.#startUp = new StartUp(clock);
    this.#shutdown = new Shutdown({
      options,
      events,
      startUp: this.#startUp,
      servers: this.#servers,
      scopes: this.#scopes,
      graph: this.#graph,
      runner: this.#runner,
    });
    this.#ready = new ReadyState(clock, this.#startUp, this.#servers, () => this.#shutdown.begun);
    const stop = (cause: ShutdownCause): Promise<ShutdownResult> => this.#stop(cause);
    this.#membership = new ProcessMembership(options, stop, (wait) => this.whenReady(wait));
  }

  get phase(): Phase {
    return this.#shutdown.phase;
  }

  on<K extends keyof ResourceManagerEvents>(
    event: K,
    listener: Listener<ResourceManagerEvents[K]>,
  ): Unsubscribe {
    return this.#events.on(event, listener);
  }

  /**
   * Takes a resource over. Without `cleanup` its own `Symbol.asyncDispose`, `close()` or `Symbol.dispose` is used. The
   * returned function cleans it early, as `unregister(id)` does. During a shutdown the cleanup runs at once.
   *
   * @throws InvalidOptionError, ResourceExistsError, UnknownResourceError, DependencyCycleError
   */
  register<T>(id: string, resource: T, cleanup?: Cleanup<T>, options?: ResourceOptions): Unregister;
  register<T>(id: string, resource: T, options: ResourceOptions): Unregister;
  register<T>(
    id: string,
    resource: T,
    second?: Cleanup<T> | ResourceOptions,
    third?: ResourceOptions,
  ): Unregister {
    const entry = resourceEntry(id, resource, second, third, this.#options.cleanupTimeout);
    if (!this.#shutdown.begun) this.#graph.add(entry);
    else this.#shutdown.cleanLate(entry);
    return () => this.#unregister(entry);
  }

  /** Cleans a resource now; rejects with the cleanup's error. Resolves when there is no such resource. */
  async unregister(id: string): Promise<void> {
    const entry = this.#graph.get(id);
    if (entry) await this.#unregister(entry);
  }

  /** Runs `handler` during the shutdown: after the servers, before the resources, the last registered first. */
  onShutdown(handler: () => unknown): void {
    functionOption('handler', handler as unknown as (() => unknown) | null, undefined);
    const { cleanupTimeout } = this.#options;
    if (!this.#shutdown.begun) this.#shutdown.handlers.push(handler);
    else this.#shutdown.cleanLate(resourceEntry('onShutdown', null, handler, {}, cleanupTimeout));
  }

  /**
   * Drains an http(s) server, or the one of an app whose `server` appears when it listens, before anything else is
   * taken down. The returned function lets it go undrained. @throws InvalidOptionError
   */
  server(server: HttpServer | ServerApp, options?: ServerOptions): Unsubscribe {
    this.#servers.add(server, resolveServerOptions(options));
    if (this.#shutdown.begun) this.#shutdown.drainLate(server);
    return () => this.#servers.remove(server);
  }

  /**
   * Joins an application that handles signals itself and awaits its `onShutdown` handlers, as Spark does: it exits only
   * after this manager, and every other of the process that a signal has stopped, is done.
   *
   * @throws InvalidOptionError
   */
  app(app: ShutdownApp): void {
    joinShutdownOf(app, this.#options, async () => {
      const inside = this.#runner.isInside();
      await this.shutdown('app', { exit: false });
      return inside;
    });
  }

  /** Gives each request `ctx.addResource(resource, cleanup)`. @throws InvalidOptionError */
  middleware(options?: RequestScopeOptions): Middleware {
    return scopeMiddleware(this.#scopes.create(options, this.#options.cleanupTimeout));
  }

  /** Answers liveness and readiness probes. @throws InvalidOptionError */
  health(options?: HealthOptions): Middleware {
    return healthMiddleware(() => this.#ready.report(), options);
  }

  /** Adds a condition of readiness. The returned function takes it off. @throws InvalidOptionError */
  addReadinessCheck(name: string, check: ReadinessCheck, options?: ReadinessCheckOptions): Unsubscribe {
    return this.#ready.checks.add(name, check, options);
  }

  /** Resolves when start-up is over, the servers listen and all checks agree. @throws NotReadyError */
  whenReady(options?: WhenReadyOptions): Promise<void> {
    return this.#ready.whenReady(options);
  }

  /**
   * Runs the program's start. Not ready until it resolves; an error shuts down as a crash does; a shutdown that begins
   * meanwhile aborts the signal and waits (at most `cleanupTimeout`) for it to settle, so that what it has opened by
   * then is registered and cleaned.
   */
  async run<T>(main: (signal: AbortSignal) => T | PromiseLike<T>): Promise<T> {
    functionOption('main', main as typeof main | null, undefined);
    try {
      return await this.#startUp.run(main, (duration) => this.#events.emit('started', { duration }));
    } catch (error) {
      if (!this.#shutdown.begun) {
        if (this.#options.exit) processLifecycle().crash('start-up', error);
        else await this.#stop({ kind: 'crash', origin: 'start-up', error });
      }
      // On the way out code after `await run()` must not go on, nor its error count as another crash.
      if (processLifecycle().ending) return new Promise<never>(() => {});
      throw error;
    }
  }

  /**
   * Takes everything down, then exits the process; with `exit: false` it resolves to what failed instead. A second call
   * joins the first; from inside a cleanup it resolves at once.
   */
  shutdown(reason = 'shutdown', options: ShutdownOptions = {}): Promise<ShutdownResult> {
    const { exit = this.#options.exit } = optionsObject('options', options, ['exit']);
    if (this.#runner.isInside()) return Promise.resolve({});
    const cause = { kind: 'call', reason: stringOption('reason', reason, 'shutdown') } as const;
    if (!exit) return this.#stop(cause);
    this.#membership.join();
    void processLifecycle().stop(cause);
    return new Promise<never>(() => {});
  }

  /** `shutdown` without the exit. */
  close(): Promise<ShutdownResult> {
    return this.shutdown('close', { exit: false });
  }

  /** `close()` that rejects with what failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { errors } = await this.close();
    if (errors !== undefined) throw errors;
  }

  getStats(): LifecycleStats {
    return {
      phase: this.phase.name,
      uptime: this.#options.clock.now() - this.#since,
      resources: this.#graph.size,
      handlers: this.#shutdown.handlers.length,
      servers: this.#servers.stats(),
      cleanups: { ...this.#runner.counts },
      requests: this.#scopes.stats(),
    };
  }

  collect(): MetricFamily[] {
    return lifecycleMetrics(this.getStats());
  }

  async #unregister(entry: ResourceEntry): Promise<void> {
    // A cleanup that unregisters its own resource must not wait for itself.
    if (entry.cleaning !== undefined && this.#runner.isInside(entry.id)) return;
    await this.#shutdown.clean(entry, 'unregister', entry.timeout);
  }

  async #stop(cause: ShutdownCause): Promise<ShutdownResult> {
    const result = await this.#shutdown.begin(cause);
    this.#membership.leave();
    return result;
  }
}
