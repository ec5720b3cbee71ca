import { InvalidOptionError } from '@spark-perf/core';
import { flushOutput } from './exit/flush-output.js';
import { processLifecycle } from './exit/process-registry.js';
import type { ResolvedResourceManagerOptions } from './options.js';

/** An application that awaits its shutdown handlers, as Spark does. */
export interface ShutdownApp {
  onShutdown(handler: () => Promise<void>): unknown;
}

/**
 * Makes an application's own shutdown wait for ours. Spark exits the process by itself once its handlers are done, so
 * this is the only way to be let finish: also the other managers that a signal stops, and the output. `stop` tells
 * whether one of our cleanups is what closes the application: then there is nothing to wait for.
 *
 * @throws InvalidOptionError
 */
export function joinShutdownOf(
  app: ShutdownApp,
  options: ResolvedResourceManagerOptions,
  stop: () => Promise<boolean>,
): void {
  if (typeof (app as Partial<ShutdownApp> | undefined)?.onShutdown !== 'function') {
    throw new InvalidOptionError('app', 'an application with onShutdown()', app);
  }
  app.onShutdown(async () => {
    const insideCleanup = await stop();
    if (insideCleanup || !options.exit) return;
    await processLifecycle().stopping;
    await flushOutput(options.clock, options.cleanupTimeout);
  });
}
