import type { Middleware } from '@spark-perf/core';
import { Dashboard } from './dashboard.js';
import type { DashboardOptions } from './options.js';

/** A middleware that can be closed. */
export interface DashboardMiddleware extends Middleware {
  /** What is behind it. */
  readonly dashboard: Dashboard;
  /** Ends the streams. Spark calls it as `cleanup` when it closes. */
  close(): Promise<void>;
  cleanup(): Promise<void>;
}

/**
 * The live page as a middleware: `app.use('/admin', dashboard({ profiler, cache, authorize }))`.
 *
 * @throws InvalidOptionError
 */
export function dashboard(options?: DashboardOptions): DashboardMiddleware {
  const engine = new Dashboard(options);
  const close = (): Promise<void> => engine.close();
  return Object.assign(engine.middleware(), { dashboard: engine, close, cleanup: close });
}
