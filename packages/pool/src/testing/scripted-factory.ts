import type { Clock, Milliseconds, Random } from '@spark-perf/core';
import { delay } from '@spark-perf/core';
import type { ConnectionFactory } from '../factory.js';

/** What a step of a scripted factory does: its work, a synchronous throw, a rejection, nothing ever, or its work late. */
export type Behaviour = 'ok' | 'throw' | 'reject' | 'hang' | 'late';

export type Step = 'create' | 'validate' | 'destroy' | 'reset';

/** A connection of a scripted factory. */
export interface ScriptedConnection {
  readonly id: number;
}

export interface ScriptedFactoryOptions {
  readonly clock: Clock;
  /** What the next call of a step does. Asked once per call. */
  readonly behaviour: (step: Step, connection: ScriptedConnection | undefined) => Behaviour;
  /** How long `late` takes. @default 30_000 */
  readonly late?: Milliseconds | undefined;
  /** Makes a connection. @default { id } */
  readonly connection?: ((id: number) => ScriptedConnection) | undefined;
  /** How long `ok` takes; 0 for none of the clock's time. @default 0 */
  readonly pace?: Milliseconds | undefined;
}

/** A factory that does what it is told, and keeps count. For tests of what becomes of a pool in trouble. */
export class ScriptedFactory implements ConnectionFactory<ScriptedConnection> {
  /** Connections that `create` gave and `destroy` has not been called for. */
  readonly live = new Set<ScriptedConnection>();
  readonly calls: Record<Step, number> = { create: 0, validate: 0, destroy: 0, reset: 0 };
  readonly #options: ScriptedFactoryOptions;
  #nextId = 1;

  constructor(options: ScriptedFactoryOptions) {
    this.#options = options;
  }

  create(): Promise<ScriptedConnection> {
    return this.#perform('create', undefined, () => {
      const id = this.#nextId++;
      const connection = this.#options.connection?.(id) ?? { id };
      this.live.add(connection);
      return connection;
    });
  }

  validate(connection: ScriptedConnection): Promise<boolean> {
    return this.#perform('validate', connection, () => true);
  }

  reset(connection: ScriptedConnection): Promise<void> {
    return this.#perform('reset', connection, () => undefined);
  }

  /** @throws Error where a connection is destroyed twice. */
  destroy(connection: ScriptedConnection): Promise<void> {
    if (!this.live.delete(connection)) throw new Error(`connection ${connection.id} is destroyed twice`);
    return this.#perform('destroy', connection, () => undefined);
  }

  #perform<R>(step: Step, connection: ScriptedConnection | undefined, work: () => R): Promise<R> {
    const { clock, behaviour, late = 30_000, pace = 0 } = this.#options;
    this.calls[step]++;
    const what = behaviour(step, connection);
    switch (what) {
      case 'ok':
        return pace === 0 ? Promise.resolve().then(work) : delay(clock, pace, { ref: false }).then(work);
      case 'late':
        return delay(clock, late, { ref: false }).then(work);
      case 'hang':
        return new Promise(() => {});
      case 'reject':
        return Promise.reject(new Error(`${step} rejected`));
      case 'throw':
        throw new Error(`${step} threw`);
    }
  }
}

/** A behaviour that fails in each way with a share of the calls, as chance has it. */
export function chaos(random: Random, share: number): (step: Step) => Behaviour {
  const failures = ['throw', 'reject', 'hang', 'late'] as const;
  return () => (random() < share ? failures[Math.floor(random() * failures.length)]! : 'ok');
}
