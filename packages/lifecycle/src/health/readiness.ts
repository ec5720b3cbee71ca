import type { Clock } from '@spark-perf/core';
import { functionOption, InvalidOptionError, numberOption, withDeadline } from '@spark-perf/core';
import type { ReadinessCheck, ReadinessCheckOptions } from './readiness-check.js';

interface Check {
  readonly name: string;
  readonly fn: ReadinessCheck;
  readonly timeout: number;
}

/** What the checks said. */
export interface ReadinessReport {
  readonly ready: boolean;
  /** By name. */
  readonly checks: Readonly<Record<string, boolean>>;
}

/** The readiness checks of one manager. */
export class Readiness {
  readonly #clock: Clock;
  readonly #checks = new Map<string, Check>();
  #looking: Promise<ReadinessReport> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws InvalidOptionError */
  add(name: string, fn: ReadinessCheck, options: ReadinessCheckOptions = {}): () => void {
    if (typeof name !== 'string' || name === '' || this.#checks.has(name)) {
      throw new InvalidOptionError('name', 'a name that no other check has', name);
    }
    const check = {
      name,
      fn: functionOption<ReadinessCheck, never>('fn', fn, undefined as never),
      timeout: numberOption('timeout', options.timeout, 1_000, { min: 1 }),
    };
    this.#checks.set(name, check);
    return () => {
      if (this.#checks.get(name) === check) this.#checks.delete(name);
    };
  }

  /** Asks all checks, side by side. Callers at the same time share one look: probes can't pile up. */
  look(): Promise<ReadinessReport> {
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #ask(): Promise<ReadinessReport> {
    const answers = await Promise.all(
      [...this.#checks.values()].map(async ({ name, fn, timeout }) => {
        try {
          const answer = await withDeadline(this.#clock, Promise.resolve(fn()), timeout, {
            onTimeout: () => new Error(`no answer within ${timeout} ms`),
            ref: false,
          });
          return [name, answer !== false] as const;
        } catch {
          return [name, false] as const;
        }
      }),
    );
    return { ready: answers.every(([, ok]) => ok), checks: Object.fromEntries(answers) };
  }
}
