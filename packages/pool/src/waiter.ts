import type { Milliseconds, QueueNode } from '@spark-perf/core';
import type { Entry } from './entry.js';

/** Someone who waits for a connection. Settled once; what settles it has taken it out of its queue first. */
export class Waiter<T> {
  /** Its place in the queue. */
  node: QueueNode<Waiter<T>> | undefined = undefined;
  /** Takes the listener off the signal. */
  unlisten: (() => void) | undefined = undefined;

  constructor(
    /** What the caller wants to have of an entry. */
    readonly form: (entry: Entry<T>) => unknown,
    readonly resolve: (value: unknown) => void,
    readonly reject: (error: unknown) => void,
    readonly priority: number,
    readonly since: Milliseconds,
    /** When it gives up; moves only when the clock does. */
    public deadline: Milliseconds,
    /** Whether `since` was read from the clock for this one. */
    readonly measured: boolean,
    readonly label: string | undefined,
  ) {}
}
