import type { Bytes, Clock, Milliseconds, Random, Timer } from '@spark-perf/core';
import { backoffDelay } from '@spark-perf/core';
import { WorkerNotReadyError } from './errors.js';
import type { WorkerExit, WorkerListener } from './worker-process.js';
import type { WorkerProcess } from './worker-process.js';

/** Who is in the slot. */
export type SlotState =
  | { readonly name: 'occupied'; readonly process: WorkerProcess }
  /** A newcomer is starting; the old process works until it is ready, unless it has crashed. */
  | {
      readonly name: 'replacing';
      readonly process: WorkerProcess | undefined;
      readonly next: WorkerProcess;
    }
  | { readonly name: 'waiting'; readonly timer: Timer }
  | { readonly name: 'stopped' };

export interface SlotHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly minBackoff: Milliseconds;
  readonly maxBackoff: Milliseconds;
  fork(slot: number, listener: WorkerListener): WorkerProcess;
  /** Notes a crash; returns whether the cluster goes on. */
  onCrash(slot: number): boolean;
  onBackoff(slot: number, crashes: number, delay: Milliseconds): void;
  onReady(slot: number, process: WorkerProcess): void;
  onDraining(slot: number, process: WorkerProcess, reason: string): void;
  onMemory(slot: number, process: WorkerProcess, rss: Bytes): void;
  onGone(slot: number, process: WorkerProcess, exit: WorkerExit): void;
}

/** Share of the backoff that chance takes off, so that slots don't start in step. */
const JITTER = 0.2;

/** One worker's place: keeps a process in it, starts a crashed one again after a backoff, replaces it on request. */
export class WorkerSlot implements WorkerListener {
  readonly #host: SlotHost;
  readonly #leaving = new Set<WorkerProcess>();
  #state: SlotState = { name: 'stopped' };
  /** Crashes in a row. */
  #crashes = 0;

  constructor(
    readonly number: number,
    host: SlotHost,
  ) {
    this.#host = host;
  }

  get state(): SlotState {
    return this.#state;
  }

  start(): void {
    this.#state = { name: 'occupied', process: this.#host.fork(this.number, this) };
  }

  /**
   * Starts a newcomer; once it is ready the old process drains. Resolves when that one is gone.
   *
   * @throws WorkerNotReadyError when the newcomer does not become ready; the old process then stays.
   */
  async replace(reason: string): Promise<void> {
    if (this.#state.name === 'stopped') throw new WorkerNotReadyError(this.number, 'stopped');
    if (this.#state.name === 'waiting') this.#state.timer.cancel();
    const old = 'process' in this.#state ? this.#state.process : undefined;
    const next = this.#host.fork(this.number, this);
    this.#state = { name: 'replacing', process: old, next };
    // On failure `onGone`, which always follows, puts the old process back in its place.
    await next.ready.catch(async (error: unknown) => {
      await next.gone;
      throw error;
    });
    const { process } = this.#state.name === 'replacing' ? this.#state : { process: undefined };
    if (this.#state.name === 'replacing') this.#state = { name: 'occupied', process: next };
    await process?.drain(reason);
  }

  /** Drains whoever is here and starts nobody any more. Resolves when all are gone. */
  async stop(reason: string): Promise<void> {
    const state = this.#state;
    this.#state = { name: 'stopped' };
    if (state.name === 'waiting') state.timer.cancel();
    if (state.name === 'occupied') this.#leaving.add(state.process);
    if (state.name === 'replacing') {
      this.#leaving.add(state.next);
      if (state.process !== undefined) this.#leaving.add(state.process);
    }
    await Promise.all([...this.#leaving].map((process) => process.drain(reason)));
  }

  /** Kills whoever is here. */
  kill(): void {
    for (const process of this.#leaving) process.kill();
    if ('process' in this.#state) this.#state.process?.kill();
    if ('next' in this.#state) this.#state.next.kill();
  }

  onReady(process: WorkerProcess): void {
    this.#host.onReady(this.number, process);
  }

  onDraining(process: WorkerProcess, reason: string): void {
    this.#leaving.add(process);
    this.#host.onDraining(this.number, process, reason);
  }

  onMemory(process: WorkerProcess, rss: Bytes): void {
    this.#host.onMemory(this.number, process, rss);
  }

  onGone(process: WorkerProcess, exit: WorkerExit): void {
    this.#leaving.delete(process);
    this.#host.onGone(this.number, process, exit);
    const state = this.#state;
    if (state.name === 'replacing') {
      if (process === state.process) this.#state = { ...state, process: undefined };
      if (process === state.next) {
        if (state.process === undefined) this.#startAgain(process);
        else this.#state = { name: 'occupied', process: state.process };
      }
    } else if (state.name === 'occupied' && process === state.process) {
      this.#startAgain(process);
    }
  }

  #startAgain(crashed: WorkerProcess): void {
    const { clock, random, minBackoff, maxBackoff } = this.#host;
    if (clock.now() - crashed.startedAt >= maxBackoff && crashed.wasReady) this.#crashes = 0;
    this.#crashes += 1;
    if (!this.#host.onCrash(this.number)) {
      this.#state = { name: 'stopped' };
      return;
    }
    const delay = backoffDelay(this.#crashes - 1, {
      initial: minBackoff,
      max: maxBackoff,
      jitter: JITTER,
      random,
    });
    this.#state = {
      name: 'waiting',
      timer: clock.setTimeout(() => this.start(), delay, { ref: true }),
    };
    this.#host.onBackoff(this.number, this.#crashes, delay);
  }
}
