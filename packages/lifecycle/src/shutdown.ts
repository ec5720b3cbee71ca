import type { Emitter, Milliseconds } from '@spark-perf/core';
import { inspect } from 'node:util';
import type { CleanupRunner } from './cleanup-runner.js';
import type { DrainReport } from './drain/drain-report.js';
import type { ServerApp } from './drain/find-server.js';
import type { ServerGroup } from './drain/server-group.js';
import type { ResourceManagerEvents } from './events.js';
import type { ResolvedResourceManagerOptions } from './options.js';
import type { Phase, PhaseName, ShutdownResult } from './phase.js';
import type { RequestScopeGroup } from './request/request-scope-group.js';
import type { ResourceEntry } from './resource-entry.js';
import type { ResourceGraph } from './resource-graph.js';
import type { ShutdownCause } from './shutdown-cause.js';
import { reasonOf } from './shutdown-cause.js';
import { failure, shutdownSequence } from './shutdown-sequence.js';
import type { StartUp } from './start-up.js';
import { TimeBudget } from './time-budget.js';
import type { Server as HttpServer } from 'node:http';

/** What there is to take down. */
export interface ShutdownScope {
  readonly options: ResolvedResourceManagerOptions;
  readonly events: Emitter<ResourceManagerEvents>;
  readonly startUp: StartUp;
  readonly servers: ServerGroup;
  readonly scopes: RequestScopeGroup;
  readonly graph: ResourceGraph;
  readonly runner: CleanupRunner;
}

/** The shutdown of one manager: begins once, collects what fails, and cleans what still comes in. */
export class Shutdown {
  readonly handlers: (() => unknown)[] = [];
  readonly #scope: ShutdownScope;
  readonly #late = new Set<Promise<void>>();
  readonly #errors: Error[] = [];
  #phase: Phase = { name: 'running' };
  #budget: TimeBudget | undefined;
  #result: Promise<ShutdownResult> | undefined;

  constructor(scope: ShutdownScope) {
    this.#scope = scope;
  }

  get phase(): Phase {
    return this.#phase.name === 'running' && this.#scope.startUp.pending ? { name: 'starting' } : this.#phase;
  }

  get begun(): boolean {
    return this.#result !== undefined;
  }

  /** Idempotent: a second call joins the first. Never rejects. */
  begin(cause: ShutdownCause): Promise<ShutdownResult> {
    // In a later turn of the microtask queue, so that whoever listens to an event finds the shutdown begun.
    this.#result ??= Promise.resolve().then(() => this.#run(cause));
    return this.#result;
  }

  /** Runs a resource's cleanup, once: whoever comes second waits for the first. */
  clean(entry: ResourceEntry, scope: 'shutdown' | 'unregister', limit: Milliseconds): Promise<void> {
    const { runner, graph } = this.#scope;
    entry.cleaning ??= runner.run(scope, entry.id, entry.cleanup, limit).finally(() => graph.remove(entry));
    return entry.cleaning;
  }

  /** Cleans at once what was registered during the shutdown; the shutdown waits for it. */
  cleanLate(entry: ResourceEntry): void {
    const limit = this.#budget?.limit(entry.timeout) ?? entry.timeout;
    const run = this.clean(entry, 'shutdown', limit);
    this.#await(run.catch((error: unknown) => void this.#errors.push(failure(entry.id, error))));
  }

  /** Drains at once a server that was registered during the shutdown. */
  drainLate(target: HttpServer | ServerApp): void {
    const budget = this.#budget ?? new TimeBudget(this.#scope.options.clock, 0);
    this.#await(this.#scope.servers.drainLate(target, budget, this.#onDrained));
  }

  #await(run: Promise<void>): void {
    const entry = run.finally(() => this.#late.delete(entry));
    this.#late.add(entry);
  }

  async #run(cause: ShutdownCause): Promise<ShutdownResult> {
    const { options, events } = this.#scope;
    const { clock, logger, cleanupTimeout, shutdownTimeout } = options;
    const reason = reasonOf(cause);
    const since = clock.now();
    const budget = new TimeBudget(clock, shutdownTimeout);
    this.#budget = budget;
    logger.info(`Shutting down due to ${reason}...`);
    events.emit('shutdown', { reason });
    await shutdownSequence({
      ...this.#scope,
      clock,
      budget,
      cleanupTimeout,
      handlers: this.handlers,
      late: this.#late,
      clean: (entry, limit) => this.clean(entry, 'shutdown', limit),
      enter: (name) => this.#enter({ name, cause, since } as Phase, reason),
      onDrained: this.#onDrained,
      fail: (error) => void this.#errors.push(error),
    });
    const result = this.#conclude(reason);
    this.#enter({ name: 'closed', cause, result }, reason);
    events.emit('closed', { reason, duration: clock.now() - since, ...result });
    return result;
  }

  #conclude(reason: string): ShutdownResult {
    const { logger, logs, exit } = this.#scope.options;
    if (this.#errors.length === 0) {
      logger.info('Shutdown complete');
      return {};
    }
    const message = `Shutdown (${reason}) with ${this.#errors.length} errors`;
    const errors = new AggregateError(this.#errors, message);
    logger.error(message, errors);
    // A process that ends with code 1 says why.
    if (exit && !logs) process.stderr.write(`${inspect(errors)}\n`);
    return { errors };
  }

  readonly #onDrained = (report: DrainReport, error?: Error): void => {
    if (error !== undefined) this.#errors.push(error);
    this.#scope.events.emit('drained', report);
  };

  #enter(phase: Phase, reason: string): void {
    const previous: PhaseName = this.phase.name;
    this.#phase = phase;
    this.#scope.events.emit('phase', { phase: phase.name, previous, reason });
  }
}
