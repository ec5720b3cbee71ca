import { EventEmitter } from 'node:events';
import type { Random } from '@spark-perf/core';
import { isSparkPerfError, seededRandom } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { ConnectionPoolOptions } from '../../src/index.js';
import { ConnectionPool } from '../../src/index.js';
import type { Behaviour, ScriptedConnection, Step } from '../../src/testing/index.js';
import { chaos, ScriptedFactory, WITHOUT_LANE } from '../../src/testing/index.js';

const STEP_NAMES: readonly Step[] = ['create', 'validate', 'destroy', 'reset'];
const STEPS = 50;
const ACQUIRE_TIMEOUT = 2_000;
const LATE = 4_000;

interface Pending {
  readonly deadline: number;
  readonly controller: AbortController;
}

/** What a schedule shows to the outside: to be the same with and without the lane. */
export interface Trace {
  readonly outcomes: string[];
  readonly violations: string[];
  /**
   * Whether connections were all alike: none fails, ages or breaks before the others. Then it can't matter that of
   * several idle ones generic-pool may choose another than the lane does, and the outcomes must be the same.
   */
  readonly steady: boolean;
}

/**
 * Plays one random schedule of users, failures and time against a pool and watches what must always hold. `user` and
 * `backend` draw from sequences of their own, so that both pools meet the same.
 */
export async function play(seed: number, lane: boolean): Promise<Trace> {
  const schedule = new Schedule(seed, lane);
  for (let i = 0; i < STEPS; i++) await schedule.step();
  await schedule.end();
  return schedule;
}

class Schedule implements Trace {
  readonly outcomes: string[] = [];
  readonly violations: string[] = [];
  readonly steady: boolean;
  readonly #user: Random;
  readonly #clock = new ManualClock();
  readonly #factory: ScriptedFactory;
  readonly #pool: ConnectionPool<ScriptedConnection>;
  readonly #held = new Map<ScriptedConnection, () => void>();
  readonly #pending = new Map<number, Pending>();
  readonly #retired: ScriptedConnection[] = [];
  #acquires = 0;
  #maxSize: number;
  #minSize: number;
  #liveBefore = 0;
  #down = false;
  #closed: Promise<void> | undefined;
  #closeSettled = false;

  constructor(seed: number, lane: boolean) {
    this.#user = seededRandom(seed);
    this.#maxSize = 1 + this.#int(5);
    this.#minSize = this.#int(this.#maxSize + 1);
    const share = [0, 0.05, 0.2, 0.5][this.#int(4)]!;
    this.steady = share === 0;
    // By time, not by call: where several connections are in the same state it must not matter which comes first.
    const fate = (step: Step): Behaviour => {
      const salt = STEP_NAMES.indexOf(step) + 1;
      return chaos(seededRandom(seed * 31 + Math.floor(this.#clock.now() * 8) * 7 + salt), share)(step);
    };
    const emitters = this.#int(2) === 0 && !this.steady;
    this.#factory = new ScriptedFactory({
      clock: this.#clock,
      late: LATE,
      behaviour: (step) => {
        const what = fate(step);
        return this.#down && step !== 'destroy' && step !== 'reset' ? 'reject' : what;
      },
      ...(emitters ? { connection: (id: number) => Object.assign(new EventEmitter(), { id }) } : {}),
    });
    const options: ConnectionPoolOptions = {
      clock: this.#clock,
      random: seededRandom(seed + 1),
      minSize: this.#minSize,
      maxSize: this.#maxSize,
      acquireTimeout: ACQUIRE_TIMEOUT,
      createTimeout: 1_000,
      destroyTimeout: 500,
      validateTimeout: 300,
      resetTimeout: 300,
      retryDelay: 20,
      maxRetryDelay: 500,
      maxRetries: this.#int(3),
      idleTimeout: 3_000,
      healthCheckInterval: 700,
      maxLifetime: this.#int(2) === 0 && !this.steady ? 5_000 : Infinity,
      lifetimeJitter: 0,
      maxUses: this.#int(3) === 0 && !this.steady ? 5 : Infinity,
      maxWaiters: 8,
      failFast: this.#int(3) > 0,
      idleOrder: this.#int(3) === 0 ? 'fifo' : 'lifo',
      leakDetection: 2_500,
    };
    if (!lane) (options as { [WITHOUT_LANE]?: true })[WITHOUT_LANE] = true;
    const { factory } = this;
    this.#pool = new ConnectionPool(
      this.#int(2) === 0 ? factory : { create: () => factory.create(), destroy: (c) => factory.destroy(c) },
      options,
    );
  }

  get factory(): ScriptedFactory {
    return this.#factory;
  }

  async step(): Promise<void> {
    const roll = this.#int(100);
    if (roll < 34) this.#acquire();
    else if (roll < 58) this.#release();
    else if (roll < 80) await this.#advance([1, 10, 60, 350, 1_200, 6_000][this.#int(6)]!);
    else if (roll < 84) this.#abort();
    else if (roll < 87) this.#misuse();
    else if (roll < 90) this.#resize();
    else if (roll < 94) this.#down = !this.#down;
    else if (roll < 96) void this.#pool.healthCheck();
    else if (roll < 98) this.#breakOne();
    else if (roll < 99) this.#destroy();
    else if (this.#int(4) === 0) this.#close();
    await this.#advance(0);
    this.#check();
  }

  async end(): Promise<void> {
    this.#close();
    await this.#advance(30_000);
    this.#check();
    if (this.#pending.size > 0) this.#violated(`${this.#pending.size} acquires never settled`);
    if (!this.#closeSettled) this.#violated('close never settled');
    if (this.#factory.live.size > 0)
      this.#violated(`${this.#factory.live.size} connections outlive the pool`);
    if (this.#clock.timers > 0) this.#violated(`${this.#clock.timers} timers outlive the pool`);
    const { totalSize, waitingSize } = this.#pool.getStats();
    if (totalSize + waitingSize > 0) this.#violated('a closed pool is not empty');
  }

  #acquire(): void {
    const id = this.#acquires++;
    const timeout = this.#int(3) === 0 ? 1 + this.#int(500) : undefined;
    const controller = new AbortController();
    const options = {
      timeout,
      priority: this.#int(3) === 0 ? this.#int(3) : undefined,
      signal: this.#int(2) === 0 ? controller.signal : undefined,
    };
    const deadline = this.#clock.now() + (timeout ?? ACQUIRE_TIMEOUT);
    this.#pending.set(id, { deadline, controller });
    const settled = (outcome: string): void => {
      this.#pending.delete(id);
      this.outcomes.push(`${id} ${outcome}`);
    };
    if (this.#int(2) === 0) {
      this.#pool.lease(options).then(
        (lease) => {
          const { resource } = lease;
          settled('ok');
          this.#hold(resource, () => {
            lease.release();
            lease.release(); // does nothing
          });
        },
        (error: unknown) => settled(nameOf(error)),
      );
    } else {
      const plain = this.#int(2) === 0 && timeout === undefined;
      this.#pool.acquire(plain ? undefined : options).then(
        (connection) => {
          settled('ok');
          this.#hold(connection, () => this.#pool.release(connection));
        },
        (error: unknown) => settled(nameOf(error)),
      );
    }
  }

  #hold(connection: ScriptedConnection, release: () => void): void {
    if (this.#held.has(connection)) this.#violated(`connection ${connection.id} has two holders`);
    if (!this.#factory.live.has(connection))
      this.#violated(`connection ${connection.id} is lent after its end`);
    this.#held.set(connection, release);
  }

  #release(): void {
    const connection = this.#anyHeld();
    if (connection === undefined) return;
    const release = this.#held.get(connection)!;
    this.#held.delete(connection);
    this.#retired.push(connection);
    try {
      release();
    } catch (error) {
      // Right only after the pool has taken it away by force.
      if (this.#closed === undefined || nameOf(error) !== 'SPARK_POOL_RELEASE') this.#violated(String(error));
    }
  }

  #destroy(): void {
    const connection = this.#anyHeld();
    if (connection === undefined || this.#closed !== undefined) return;
    this.#held.delete(connection);
    void this.#pool.destroy(connection);
  }

  /** Released a second time, or never borrowed: must throw, unless somebody else has it by now. */
  #misuse(): void {
    const connection = this.#retired[this.#int(this.#retired.length + 1)] ?? { id: -1 };
    if (this.#held.has(connection)) return;
    try {
      this.#pool.release(connection);
      this.#violated(`connection ${connection.id} was released twice`);
    } catch (error) {
      if (nameOf(error) !== 'SPARK_POOL_RELEASE') this.#violated(String(error));
    }
  }

  #abort(): void {
    const ids = [...this.#pending.keys()];
    this.#pending.get(ids[this.#int(ids.length)] ?? -1)?.controller.abort(new Error('aborted'));
  }

  #resize(): void {
    this.#maxSize = 1 + this.#int(5);
    this.#minSize = this.#int(this.#maxSize + 1);
    this.#pool.resize({ minSize: this.#minSize, maxSize: this.#maxSize });
  }

  #breakOne(): void {
    const live = [...this.#factory.live].filter((one) => one instanceof EventEmitter);
    const emitter = live[this.#int(live.length)] as unknown as EventEmitter | undefined;
    emitter?.emit(this.#int(2) === 0 ? 'end' : 'error', new Error('broken'));
  }

  #close(): void {
    if (this.#closed !== undefined) return;
    const waiters = this.#int(2) === 0 ? ('serve' as const) : ('reject' as const);
    this.#closed = this.#pool.close({ deadline: this.#int(2_000), waiters });
    void this.#closed.then(() => (this.#closeSettled = true));
  }

  async #advance(ms: number): Promise<void> {
    await this.#clock.advance(ms);
    if (this.#closeSettled) this.#held.clear(); // taken by force
  }

  #check(): void {
    const now = this.#clock.now();
    const stats = this.#pool.getStats();
    const live = this.#factory.live.size;
    for (const [id, { deadline }] of this.#pending) {
      if (deadline + 1 < now)
        this.#violated(`acquire ${id} is unsettled ${now - deadline} ms after its deadline`);
    }
    if (live > Math.max(this.#maxSize, this.#liveBefore))
      this.#violated(`${live} alive, ${this.#maxSize} allowed`);
    this.#liveBefore = live;
    if (live !== stats.totalSize) this.#violated(`${live} alive, ${stats.totalSize} known`);
    if (stats.totalSize <= this.#maxSize && stats.totalSize + stats.creatingSize > this.#maxSize) {
      this.#violated(
        `${stats.totalSize} alive and ${stats.creatingSize} being created, ${this.#maxSize} allowed`,
      );
    }
    if (stats.poolSize + stats.activeSize !== stats.totalSize || stats.poolSize < 0) {
      this.#violated(`${stats.poolSize} idle and ${stats.activeSize} borrowed are not ${stats.totalSize}`);
    }
    if (stats.activeSize !== this.#held.size && this.#closed === undefined) {
      this.#violated(`${this.#held.size} held, ${stats.activeSize} borrowed`);
    }
    if (stats.waitingSize !== this.#pending.size) {
      this.#violated(`${this.#pending.size} unsettled, ${stats.waitingSize} waiting`);
    }
    if (stats.waitingSize > 8) this.#violated(`${stats.waitingSize} waiters`);
  }

  #anyHeld(): ScriptedConnection | undefined {
    const held = [...this.#held.keys()];
    return held[this.#int(held.length)];
  }

  #violated(what: string): void {
    this.violations.push(`${what} (at ${this.#clock.now()}, after ${this.outcomes.length} outcomes)`);
  }

  #int(below: number): number {
    return Math.floor(this.#user() * below);
  }
}

function nameOf(error: unknown): string {
  return isSparkPerfError(error) ? error.code : String((error as Error).message);
}
