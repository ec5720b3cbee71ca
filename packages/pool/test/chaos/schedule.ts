import { EventEmitter } from 'node:events';
import type { Random } from '@spark-perf/core';
import { isSparkPerfError, seededRandom } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import { ConnectionPool } from '../../src/index.js';
import type { ScriptedConnection } from '../../src/testing/index.js';
import { broken } from './invariants.js';
import { ACQUIRE_TIMEOUT, Scenario } from './scenario.js';

const STEPS = 50;

/** What a schedule shows to the outside: to be the same with and without the lane. */
export interface Trace {
  readonly outcomes: string[];
  readonly violations: string[];
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
  readonly #user: Random;
  readonly #clock = new ManualClock();
  readonly #scenario: Scenario;
  readonly #pool: ConnectionPool<ScriptedConnection>;
  readonly #held = new Map<ScriptedConnection, () => void>();
  readonly #deadlines = new Map<number, number>();
  readonly #controllers = new Map<number, AbortController>();
  readonly #retired: ScriptedConnection[] = [];
  #acquires = 0;
  #maxSize: number;
  #liveBefore = 0;
  #closed: Promise<void> | undefined;
  #closeSettled = false;

  constructor(seed: number, lane: boolean) {
    this.#user = seededRandom(seed);
    this.#scenario = new Scenario(seed, this.#clock, lane, (below) => this.#int(below));
    const { factory, options, maxSize } = this.#scenario;
    this.#maxSize = maxSize;
    this.#pool = new ConnectionPool(factory, options);
  }

  get steady(): boolean {
    return this.#scenario.steady;
  }

  async step(): Promise<void> {
    const roll = this.#int(100);
    if (roll < 34) this.#acquire();
    else if (roll < 58) this.#release();
    else if (roll < 80) await this.#advance([1, 10, 60, 350, 1_200, 6_000][this.#int(6)]!);
    else if (roll < 84) this.#abort();
    else if (roll < 87) this.#misuse();
    else if (roll < 90) this.#resize();
    else if (roll < 94) this.#scenario.down = !this.#scenario.down;
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
    if (this.#deadlines.size > 0) this.#violated(`${this.#deadlines.size} acquires never settled`);
    if (!this.#closeSettled) this.#violated('close never settled');
    if (this.#scenario.backend.live.size > 0)
      this.#violated(`${this.#scenario.backend.live.size} connections outlive the pool`);
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
    this.#deadlines.set(id, deadline);
    this.#controllers.set(id, controller);
    const settled = (outcome: string): void => {
      this.#deadlines.delete(id);
      this.#controllers.delete(id);
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
    if (!this.#scenario.backend.live.has(connection))
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
    const pending = [...this.#controllers.values()];
    pending[this.#int(pending.length)]?.abort(new Error('aborted'));
  }

  #resize(): void {
    this.#maxSize = 1 + this.#int(5);
    this.#pool.resize({ maxSize: this.#maxSize, minSize: this.#int(this.#maxSize + 1) });
  }

  #breakOne(): void {
    const live = [...this.#scenario.backend.live].filter((one) => one instanceof EventEmitter);
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
    const live = this.#scenario.backend.live.size;
    const violations = broken({
      now: this.#clock.now(),
      stats: this.#pool.getStats(),
      maxSize: this.#maxSize,
      live,
      liveBefore: this.#liveBefore,
      deadlines: this.#deadlines,
      held: this.#held.size,
      closed: this.#closed !== undefined,
    });
    for (const violation of violations) this.#violated(violation);
    this.#liveBefore = live;
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
