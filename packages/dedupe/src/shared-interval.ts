import type { Clock, Milliseconds, QueueNode, Timer } from '@spark-perf/core';
import { LinkedQueue } from '@spark-perf/core';

/**
 * Calls many functions, each once per interval from its own start on: heartbeats, or deadlines of which most are
 * cancelled. As all have the same interval they stay in the order of their turns: one timer, which does not keep the
 * process alive, serves them, and starting or stopping one is O(1).
 */
export class SharedInterval {
  readonly #clock: Clock;
  readonly #interval: Milliseconds;
  readonly #turns = new LinkedQueue<Turn>();
  #timer: Timer | undefined;

  constructor(clock: Clock, interval: Milliseconds) {
    this.#clock = clock;
    this.#interval = interval;
  }

  /** The first call comes after one interval. `fn` must not throw. */
  start(fn: () => void): Timer {
    const turn = new Turn(this.#turns, fn);
    turn.append(this.#clock.now() + this.#interval);
    // The timer is left alone when turns are cancelled: most requests are over long before it fires.
    this.#timer ??= this.#arm(this.#interval);
    return turn;
  }

  /** Takes the timer off. What has not been cancelled is called no more. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delay: Milliseconds): Timer {
    return this.#clock.setTimeout(() => {
      const now = this.#clock.now();
      let first = this.#turns.peek();
      while (first !== undefined && first.due <= now) {
        first.cancel();
        first.append(now + this.#interval);
        first.fn();
        first = this.#turns.peek();
      }
      this.#timer = first === undefined ? undefined : this.#arm(first.due - now);
    }, delay);
  }
}

class Turn implements Timer {
  readonly fn: () => void;
  due: Milliseconds = 0;
  readonly #turns: LinkedQueue<Turn>;
  #place: QueueNode<Turn> | undefined;

  constructor(turns: LinkedQueue<Turn>, fn: () => void) {
    this.#turns = turns;
    this.fn = fn;
  }

  append(due: Milliseconds): void {
    this.due = due;
    this.#place = this.#turns.push(this);
  }

  cancel(): void {
    if (this.#place !== undefined) this.#turns.remove(this.#place);
  }
}
