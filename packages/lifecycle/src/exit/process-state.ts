import type { Milliseconds } from '@spark-perf/core';
import type { ShutdownCause } from '../shutdown-cause.js';

interface Ending {
  /** Set by a crash at the beginning or on the way. */
  crashed: boolean;
  /** The signal that began it and when: the same one again within a second is the same key press. */
  readonly signal: NodeJS.Signals | undefined;
  readonly since: Milliseconds;
}

/** Where the process is. */
export type ProcessState =
  | { readonly name: 'running' }
  | (Ending & {
      readonly name: 'stopping';
      readonly cause: ShutdownCause;
      /** Whether the process ends after it. */
      exits: boolean;
      /** Settles with the end of the shutdown; the process exits next, if it does. */
      readonly done: Promise<void>;
    })
  /** Output is being flushed. */
  | (Ending & { readonly name: 'exiting' });
