import type { Milliseconds } from '@spark-perf/core';
import type { KeyState, KeyStates } from './coherence/key-states.js';
import type { TagTable } from './coherence/tag-table.js';

/** The moment when a fetch or promotion began. */
export interface CaptureStart {
  /** The stamp of the first level. */
  readonly stamp: number;
  /** Monotonic time. */
  readonly at: Milliseconds;
  /** The highest generation seen by then: whatever the shared level wrote later has a higher one. */
  readonly seen: number;
}

/**
 * What was so when a fetch or promotion began. It may be kept only if nothing of it has changed since. `release` it
 * once.
 */
export class Capture {
  readonly #keys: KeyStates;
  readonly #tags: TagTable;
  readonly #state: KeyState;
  readonly #generation: number;
  readonly #seq: number;
  #held = true;
  /** The generation in the shared level; `undefined` while nobody has been able to ask. */
  shared: number | undefined;

  constructor(
    keys: KeyStates,
    tags: TagTable,
    readonly key: string,
    /** The epochs of the key's namespace. */
    readonly epochs: readonly string[],
    readonly since: CaptureStart,
    /** The shared version clock, as far as known. */
    public start: number,
  ) {
    this.#keys = keys;
    this.#tags = tags;
    this.#state = keys.hold(key);
    this.#generation = this.#state.generation;
    this.#seq = tags.seq;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Whether neither the key nor its namespace nor one of `tags` has changed. */
  current(tags: readonly string[] = this.epochs): boolean {
    return this.#state.generation === this.#generation && !this.#tags.changedSince(tags, this.#seq);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#keys.release(this.#state);
  }
}
