import { LinkedQueue } from '@spark-perf/core';

/** Somebody who waits for a server to have room. */
export interface Waiter {
  /** There may be room: tries again. False when there was none after all. */
  onRoom(): boolean;
  /** Gives up: the balancer closes. */
  onClosed(): void;
}

/** A place in the queue. */
export interface Place {
  /** Idempotent. */
  leave(): void;
}

/** Requests that wait while every server is at its `maxConnections`: first come, first served, and bounded. */
export class WaitQueue {
  readonly #queue = new LinkedQueue<Waiter>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** A place, or undefined when the queue is full. */
  join(waiter: Waiter): Place | undefined {
    if (this.#queue.size >= this.#limit) return undefined;
    const node = this.#queue.push(waiter);
    return { leave: () => void this.#queue.remove(node) };
  }

  /** A server has room, or somebody joined or recovered: serves the queue until one finds no room. */
  wake(): void {
    for (let head = this.#queue.peek(); head !== undefined; head = this.#queue.peek()) {
      if (!head.onRoom()) return;
    }
  }

  close(): void {
    for (let head = this.#queue.shift(); head !== undefined; head = this.#queue.shift()) head.onClosed();
  }
}
