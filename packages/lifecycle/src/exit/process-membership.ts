import type { ResolvedResourceManagerOptions } from '../options.js';
import type { ProcessMember } from './process-member.js';
import { processLifecycle } from './process-registry.js';

/** A manager's place among those of the process. */
export class ProcessMembership {
  readonly #member: ProcessMember;
  #leave: (() => void) | undefined;

  /** Joins at once when the options give the process a say. */
  constructor(
    options: ResolvedResourceManagerOptions,
    stop: ProcessMember['stop'],
    whenReady: ProcessMember['whenReady'],
  ) {
    const { signals, exit, signalExitCode, shutdownTimeout } = options;
    this.#member = {
      signals: signals === false ? [] : signals,
      handlesCrashes: signals !== false,
      exits: exit,
      signalExitCode,
      shutdownTimeout,
      stop,
      whenReady,
    };
    if (signals !== false || exit) this.join();
  }

  join(): void {
    this.#leave ??= processLifecycle().join(this.#member);
  }

  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }
}
