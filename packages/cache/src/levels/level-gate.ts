import type { Clock, Milliseconds, Random, Timer } from '@spark-perf/core';
import { backoffDelay, LatencyHistogram, LinkedQueue } from '@spark-perf/core';
import { LevelUnavailableError } from '../errors.js';

export interface LevelGateOptions {
  readonly name: 'l2' | 'l3';
  /** Longest wait for one call, from when it is made; and, where it can be done without, for its turn. */
  readonly timeout: Milliseconds;
  /** Calls under way; more of them wait for their turn, so that none spends its time behind thousands of others. */
  readonly maxCalls: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether an attempt to recover has a chance; costs nothing. */
  readonly ready: () => boolean;
  /** Brings the level up to date. It is trusted again when this resolves to true. */
  readonly recover: () => Promise<boolean>;
  /** Whether nothing has been missed since: a call that was under way may fail in the very turn of the recovery. */
  readonly complete: () => boolean;
  readonly onError: (error: unknown) => void;
  readonly onChange: (up: boolean) => void;
}

/** Between two looks at a client that is not connected; they cost nothing. */
const LOOK: Milliseconds = 25;
const FIRST_RETRY: Milliseconds = 50;
const LAST_RETRY: Milliseconds = 800;

/**
 * The breaker of a level. One failure opens it: from then on calls are refused at once, so that of all callers none
 * waits but those who were under way. The gate itself tries, in the background, and opens the way only when what was
 * missed has been made up for.
 */
export class LevelGate {
  readonly latency = new LatencyHistogram();
  readonly #options: LevelGateOptions;
  #state: 'up' | 'down' | 'closed' = 'up';
  #attempt = 0;
  #timer: Timer | undefined;
  #errors = 0;
  #calls = 0;
  readonly #turns = new LinkedQueue<() => void>();

  constructor(options: LevelGateOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#state === 'up';
  }

  get errors(): number {
    return this.#errors;
  }

  /**
   * Calls are made in the order in which they are asked for. When the level goes down, those who wait for their turn
   * are refused at once.
   * @throws LevelUnavailableError when down, and whatever the call fails with.
   */
  run<T>(call: () => PromiseLike<T> | T): Promise<T> {
    return this.#inTurn(call, true);
  }

  /**
   * The same for what can be done without, such as a look: it is given up when its turn does not come within the
   * timeout. Of a level that answers, but slowly, nobody waits longer than for his turn and for his answer.
   * @throws LevelUnavailableError when down or too busy, and whatever the call fails with.
   */
  ask<T>(call: () => PromiseLike<T> | T): Promise<T> {
    return this.#inTurn(call, false);
  }

  /** A call under the deadline, whatever the state: for recovery. */
  attempt<T>(call: () => PromiseLike<T> | T): Promise<T> {
    const { name, timeout } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const deadline = this.#deadline(() =>
        reject(new LevelUnavailableError(name, `did not answer within ${timeout} ms`)),
      );
      const settle = (finish: () => void): void => {
        deadline.cancel();
        finish();
      };
      let reply: PromiseLike<T>;
      try {
        reply = Promise.resolve(call());
      } catch (error) {
        settle(() => reject(error as Error));
        return;
      }
      reply.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error as Error)),
      );
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#timer?.cancel();
  }

  #assertUp(): void {
    if (this.#state !== 'up') throw new LevelUnavailableError(this.#options.name, 'is down');
  }

  async #inTurn<T>(call: () => PromiseLike<T> | T, patient: boolean): Promise<T> {
    const { clock, maxCalls } = this.#options;
    this.#assertUp();
    if (this.#calls < maxCalls) this.#calls++;
    else await this.#turn(patient);
    try {
      this.#assertUp();
      const start = clock.now();
      const result = await this.#attemptOrTrip(call);
      this.latency.record(clock.now() - start);
      return result;
    } finally {
      const next = this.#turns.shift();
      if (next === undefined) this.#calls--;
      else next();
    }
  }

  /** Resolves when somebody who is done leaves his place. */
  #turn(patient: boolean): Promise<void> {
    const { name, timeout, onError } = this.#options;
    return new Promise<void>((resolve, reject) => {
      if (patient) {
        this.#turns.push(resolve);
        return;
      }
      const deadline = this.#deadline(() => {
        if (!this.#turns.remove(place)) return;
        const error = new LevelUnavailableError(name, `is busy: no turn within ${timeout} ms`);
        this.#errors++;
        onError(error);
        reject(error);
      });
      const place = this.#turns.push(() => {
        deadline.cancel();
        resolve();
      });
    });
  }

  /** Calls `expire` once after the timeout. */
  #deadline(expire: () => void): Timer {
    const { timeout, clock } = this.#options;
    let due = clock.now() + timeout;
    let again = true;
    const onDue = (): void => {
      const late = clock.now() - due;
      if (again && late > timeout / 2) {
        // The process was blocked, and may not even have sent the command: it begins now.
        again = false;
        due += late + timeout;
        timer = clock.setTimeout(onDue, timeout, { ref: true });
        return;
      }
      // The timer's turn comes before that of the socket, where the reply may have been for long: it is read first.
      setImmediate(expire);
    };
    let timer = clock.setTimeout(onDue, timeout, { ref: true });
    return { cancel: () => timer.cancel() };
  }

  async #attemptOrTrip<T>(call: () => PromiseLike<T> | T): Promise<T> {
    try {
      return await this.attempt(call);
    } catch (error) {
      this.#trip(error);
      throw error;
    }
  }

  #trip(error: unknown): void {
    this.#errors++;
    this.#options.onError(error);
    if (this.#state !== 'up') return;
    this.#state = 'down';
    this.#attempt = 0;
    this.#options.onChange(false);
    this.#schedule(LOOK);
  }

  #schedule(ms: Milliseconds): void {
    this.#timer = this.#options.clock.setTimeout(() => void this.#tryRecovery(), ms);
  }

  async #tryRecovery(): Promise<void> {
    const { ready, recover, complete, random, onChange, onError } = this.#options;
    if (this.#state !== 'down') return;
    if (!ready()) {
      this.#attempt = 0;
      this.#schedule(LOOK);
      return;
    }
    let recovered = false;
    try {
      recovered = await recover();
    } catch (error) {
      this.#errors++;
      onError(error);
    }
    // close() may have come in between.
    if ((this.#state as string) !== 'down') return;
    if (recovered && complete()) {
      this.#state = 'up';
      onChange(true);
    } else if (recovered) this.#schedule(LOOK);
    else
      this.#schedule(
        backoffDelay(this.#attempt++, { initial: FIRST_RETRY, max: LAST_RETRY, jitter: 0.2, random }),
      );
  }
}
