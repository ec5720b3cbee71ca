import type { Milliseconds } from '@spark-perf/core';
import type { ShutdownResult } from '../phase.js';
import type { ShutdownCause } from '../shutdown-cause.js';

/** A manager as the process sees it. Copies of the package share this contract: extend it, never change it. */
export interface ProcessMember {
  /** Signals it wants to be told of. */
  readonly signals: readonly NodeJS.Signals[];
  readonly handlesCrashes: boolean;
  /** Whether the process ends after its shutdown. */
  readonly exits: boolean;
  readonly signalExitCode: 'zero' | '128+n';
  readonly shutdownTimeout: Milliseconds;
  /** Shuts down; a second call joins the first. Never rejects. */
  stop(cause: ShutdownCause): Promise<ShutdownResult>;
  /** Resolves when it is ready for work, rejects when it won't be. */
  whenReady(options: { readonly timeout: Milliseconds }): Promise<void>;
}
