import type { Clock, Milliseconds } from '@spark-perf/core';
import { delay } from '@spark-perf/core';
import type { CleanupRunner } from './cleanup-runner.js';
import type { DrainReport } from './drain/drain-report.js';
import type { ServerGroup } from './drain/server-group.js';
import { CleanupFailedError, CleanupTimeoutError, ShutdownTimeoutError } from './errors.js';
import type { PhaseName } from './phase.js';
import type { RequestScopeGroup } from './request/request-scope-group.js';
import type { ResourceEntry } from './resource-entry.js';
import type { ResourceGraph } from './resource-graph.js';
import type { StartUp } from './start-up.js';
import type { TimeBudget } from './time-budget.js';

/** What a shutdown works on. */
export interface ShutdownParts {
  readonly clock: Clock;
  readonly budget: TimeBudget;
  readonly cleanupTimeout: Milliseconds;
  readonly startUp: StartUp;
  readonly servers: ServerGroup;
  readonly scopes: RequestScopeGroup;
  /** In order of registration. */
  readonly handlers: (() => unknown)[];
  readonly graph: ResourceGraph;
  readonly runner: CleanupRunner;
  /** Cleanups of what was registered meanwhile. They don't reject. */
  readonly late: ReadonlySet<Promise<void>>;
  readonly clean: (entry: ResourceEntry, limit: Milliseconds) => Promise<void>;
  readonly enter: (phase: PhaseName) => void;
  readonly onDrained: (report: DrainReport, error?: Error) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Takes everything down in order. Each step is bounded by its own timeout and by what is left of the budget; once that
 * is spent, the rest is begun without being awaited. Never rejects.
 */
export async function shutdownSequence(parts: ShutdownParts): Promise<void> {
  const { budget, runner, startUp, servers, fail } = parts;
  const limit = (): Milliseconds => budget.limit(parts.cleanupTimeout);
  const bounded = (resource: string, fn: () => unknown): Promise<void> =>
    runner.run('shutdown', resource, fn, limit()).catch((error: unknown) => fail(failure(resource, error)));

  parts.enter('unready');
  if (startUp.pending) {
    await bounded('start-up', () => startUp.cancel(new Error('The process is shutting down')));
  }
  if (servers.readinessDelay > 0) await delay(parts.clock, budget.limit(servers.readinessDelay));

  parts.enter('draining');
  await servers.drain(budget, parts.onDrained);
  if (parts.scopes.stats().open > 0) await bounded('requests', () => parts.scopes.whenNone());

  parts.enter('handlers');
  for (let handler = parts.handlers.pop(); handler !== undefined; handler = parts.handlers.pop()) {
    await bounded(handler.name === '' ? 'onShutdown' : `onShutdown ${handler.name}`, handler);
  }

  parts.enter('resources');
  await parts.graph.teardown((entry) =>
    parts.clean(entry, budget.limit(entry.timeout)).catch((error: unknown) => fail(failure(entry.id, error))),
  );
  while (parts.late.size > 0) await Promise.all(parts.late);
  servers.stopSearching();
  if (budget.spent) fail(new ShutdownTimeoutError(budget.total));
}

/** The error as it appears in the result: it tells which resource it was. */
export function failure(resource: string, error: unknown): Error {
  return error instanceof CleanupTimeoutError ? error : new CleanupFailedError(resource, error);
}
