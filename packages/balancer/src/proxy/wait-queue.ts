import { LinkedQueue } from '@spark-perf/core';

/** Somebody who waits for a server to have room. */
export interface Waiter {
  /** Servers that are out of the question for it. The same for as long as it waits. */
  readonly tried: readonly object[] | undefined;
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

interface Ticket {
  readonly waiter: Waiter;
  readonly number: number;
}

/** Those who would be content with the same servers: where there is no room for the first, there is none for the rest. */
interface Line {
  readonly tried: readonly object[];
  readonly tickets: LinkedQueue<Ticket>;
}

const NONE: readonly object[] = [];

/**
 * Requests that wait while every server is at its `maxConnections`: bounded, and first come, first served among those
 * who can be. A retry that waits for the one server left to it holds nobody up who may go elsewhere, and still has the
 * first claim on that one. Joining and waking are O(lines), of which there is one for each set of servers tried.
 */
export class WaitQueue {
  readonly #lines: Line[] = [];
  readonly #limit: number;
  #size = 0;
  #nextNumber = 0;
  #waking = false;
  #wakeAgain = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** A place, or undefined when the queue is full. */
  join(waiter: Waiter): Place | undefined {
    if (this.#size >= this.#limit) return undefined;
    const line = this.#lineFor(waiter.tried ?? NONE);
    const node = line.tickets.push({ waiter, number: this.#nextNumber++ });
    this.#size++;
    return {
      leave: () => {
        if (!line.tickets.remove(node)) return;
        this.#size--;
        if (line.tickets.size === 0) this.#lines.splice(this.#lines.indexOf(line), 1);
      },
    };
  }

  /** There may be room: serves whom it can, in the order in which they came. */
  wake(): void {
    if (this.#size === 0) return;
    // One that is served and fails at once makes room again: another round, in place of a deeper call.
    this.#wakeAgain = true;
    if (this.#waking) return;
    this.#waking = true;
    try {
      while (this.#wakeAgain) {
        this.#wakeAgain = false;
        this.#serve();
      }
    } finally {
      this.#waking = false;
    }
  }

  close(): void {
    for (const { tickets } of this.#lines.splice(0)) {
      for (let ticket = tickets.shift(); ticket !== undefined; ticket = tickets.shift()) {
        this.#size--;
        ticket.waiter.onClosed();
      }
    }
  }

  #serve(): void {
    const full = new Set<Line>();
    for (;;) {
      let next: { line: Line; ticket: Ticket } | undefined;
      for (const line of this.#lines) {
        const ticket = full.has(line) ? undefined : line.tickets.peek();
        if (ticket !== undefined && (next === undefined || ticket.number < next.ticket.number))
          next = { line, ticket };
      }
      if (next === undefined) return;
      if (!next.ticket.waiter.onRoom()) full.add(next.line);
    }
  }

  #lineFor(tried: readonly object[]): Line {
    let line = this.#lines.find((other) => isSameSet(other.tried, tried));
    if (line === undefined) this.#lines.push((line = { tried, tickets: new LinkedQueue() }));
    return line;
  }
}

/** Whether two lists without repeats hold the same. */
function isSameSet(a: readonly object[], b: readonly object[]): boolean {
  return a.length === b.length && a.every((server) => b.includes(server));
}
