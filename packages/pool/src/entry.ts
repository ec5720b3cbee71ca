import type { Milliseconds, Unsubscribe } from '@spark-perf/core';
import type { EntryState } from './entry-state.js';
import { IDLE } from './entry-state.js';

/** A connection and all the pool knows of it. The engine keeps entries, never raw connections. */
export class Entry<T> {
  state: EntryState = IDLE;
  /** Grows with every return: a lease of an earlier one is over. */
  generation = 0;
  uses = 0;
  /** When it was last given back: what `idleTimeout` counts from. */
  lastUsedAt: Milliseconds;
  /** When it last proved to be alive, by use or by validation: what `validateAfterIdle` counts from. */
  aliveAt: Milliseconds;
  borrowedAt: Milliseconds = 0;
  /** Whether `borrowedAt` was read from the clock for this borrow, so that its length may be recorded. */
  measured = false;
  /** Who has it, in the borrower's words. */
  label: string | undefined = undefined;
  /** Where it was borrowed; only while leaks are being looked for. */
  stack: string | undefined = undefined;
  leakReported = false;
  /** Whether the engine has handed it over, and `create` has been told. */
  arrived = false;
  unwatch: Unsubscribe | undefined = undefined;
  /** Settles when the factory has destroyed it. */
  ended: Promise<void> | undefined = undefined;

  constructor(
    readonly resource: T,
    readonly createdAt: Milliseconds,
    public expiresAt: Milliseconds,
    readonly creationTook: Milliseconds,
  ) {
    this.lastUsedAt = createdAt;
    this.aliveAt = createdAt;
  }

  /** Whether a user has it. */
  get lent(): boolean {
    const { state } = this;
    return state.kind === 'borrowed' || (state.kind === 'condemned' && state.lent);
  }
}
