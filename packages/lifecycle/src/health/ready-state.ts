import type { Clock, Milliseconds } from '@spark-perf/core';
import { delay, numberOption, optionsObject } from '@spark-perf/core';
import type { ServerGroup } from '../drain/server-group.js';
import { NotReadyError } from '../errors.js';
import type { StartUp } from '../start-up.js';
import type { HealthReport } from './health-middleware.js';
import { Readiness } from './readiness.js';

/** Options of `whenReady`. */
export interface WhenReadyOptions {
  /** How long to wait; more than 0. @default 30_000 */
  readonly timeout?: Milliseconds | undefined;
  /** Ends the wait early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const LOOK_EVERY: Milliseconds = 50;

/** Ready: start-up is over, every server listens, every check agrees, and no shutdown has begun. */
export class ReadyState {
  readonly checks: Readiness;
  readonly #clock: Clock;
  readonly #startUp: StartUp;
  readonly #servers: ServerGroup;
  readonly #stopping: () => boolean;

  constructor(clock: Clock, startUp: StartUp, servers: ServerGroup, stopping: () => boolean) {
    this.checks = new Readiness(clock);
    this.#clock = clock;
    this.#startUp = startUp;
    this.#servers = servers;
    this.#stopping = stopping;
  }

  async report(): Promise<HealthReport> {
    if (this.#stopping()) return { ready: false, status: 'draining', checks: {} };
    if (this.#startUp.pending || !this.#servers.listening) {
      return { ready: false, status: 'starting', checks: {} };
    }
    const { ready, checks } = await this.checks.look();
    if (this.#stopping()) return { ready: false, status: 'draining', checks };
    return { ready, status: ready ? 'ready' : 'failing', checks };
  }

  /** @throws NotReadyError */
  async whenReady(raw?: WhenReadyOptions): Promise<void> {
    const { timeout: given, signal } = optionsObject('options', raw, ['timeout', 'signal']);
    const timeout = numberOption('timeout', given, 30_000, { min: 1 });
    const end = this.#clock.now() + timeout;
    for (;;) {
      const { ready, status, checks } = await this.report();
      if (ready) return;
      if (status === 'draining') throw new NotReadyError(['shutdown']);
      if (this.#clock.now() >= end) throw new NotReadyError(this.#missing(checks));
      await delay(this.#clock, LOOK_EVERY, { signal });
    }
  }

  #missing(checks: Readonly<Record<string, boolean>>): string[] {
    const failing = Object.keys(checks).filter((name) => checks[name] === false);
    if (failing.length > 0) return failing;
    return this.#startUp.pending ? ['start-up'] : ['server'];
  }
}
