import { EventEmitter } from 'node:events';
import type { Clock } from '@spark-perf/core';
import { seededRandom } from '@spark-perf/core';
import type { ConnectionFactory, ConnectionPoolOptions } from '../../src/index.js';
import type { Behaviour, ScriptedConnection, Step } from '../../src/testing/index.js';
import { chaos, ScriptedFactory, WITHOUT_LANE } from '../../src/testing/index.js';

const STEP_NAMES: readonly Step[] = ['create', 'validate', 'destroy', 'reset'];
const LATE = 4_000;
export const ACQUIRE_TIMEOUT = 2_000;
export const MAX_WAITERS = 8;

/** What a seed decides before the first step: the pool's options, and the backend it stands before. */
export class Scenario {
  /**
   * Whether connections are all alike: none fails, ages or breaks before the others. Then it can't matter that of
   * several idle ones generic-pool may choose another than the lane does, and the outcomes must be the same.
   */
  readonly steady: boolean;
  readonly backend: ScriptedFactory;
  /** The backend as the pool gets to know it: all of it, or what a factory must have. */
  readonly factory: ConnectionFactory<ScriptedConnection>;
  readonly options: ConnectionPoolOptions;
  readonly maxSize: number;
  /** Whether nothing can be created or validated. */
  down = false;

  constructor(seed: number, clock: Clock, lane: boolean, int: (below: number) => number) {
    const maxSize = (this.maxSize = 1 + int(5));
    const minSize = int(maxSize + 1);
    const share = [0, 0.05, 0.2, 0.5][int(4)]!;
    this.steady = share === 0;
    // By time, not by call: where several connections are in the same state it must not matter which comes first.
    const fate = (step: Step): Behaviour => {
      const salt = STEP_NAMES.indexOf(step) + 1;
      return chaos(seededRandom(seed * 31 + Math.floor(clock.now() * 8) * 7 + salt), share)(step);
    };
    const emitters = int(2) === 0 && !this.steady;
    const backend = new ScriptedFactory({
      clock,
      late: LATE,
      behaviour: (step) => (this.down && step !== 'destroy' && step !== 'reset' ? 'reject' : fate(step)),
      ...(emitters ? { connection: (id: number) => Object.assign(new EventEmitter(), { id }) } : {}),
    });
    const options: ConnectionPoolOptions = {
      clock,
      random: seededRandom(seed + 1),
      minSize,
      maxSize,
      acquireTimeout: ACQUIRE_TIMEOUT,
      createTimeout: 1_000,
      destroyTimeout: 500,
      validateTimeout: 300,
      resetTimeout: 300,
      retryDelay: 20,
      maxRetryDelay: 500,
      maxRetries: int(3),
      idleTimeout: 3_000,
      healthCheckInterval: 700,
      maxLifetime: int(2) === 0 && !this.steady ? 5_000 : Infinity,
      lifetimeJitter: 0,
      maxUses: int(3) === 0 && !this.steady ? 5 : Infinity,
      maxWaiters: MAX_WAITERS,
      failFast: int(3) > 0,
      idleOrder: int(3) === 0 ? 'fifo' : 'lifo',
      leakDetection: 2_500,
    };
    this.options = lane ? options : Object.assign(options, { [WITHOUT_LANE]: true });
    this.backend = backend;
    this.factory =
      int(2) === 0 ? backend : { create: () => backend.create(), destroy: (c) => backend.destroy(c) };
  }
}
