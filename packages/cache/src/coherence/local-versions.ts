import type { Clock } from '@spark-perf/core';
import type { Versions } from '../levels/shared-level.js';

/**
 * The version clock of one process, where no shared level keeps one. Starts at the wall time in µs, above all that an
 * earlier process has given to entries that still lie in the database; from then on it only counts.
 */
export class LocalVersions {
  #clock: number;

  constructor(clock: Clock) {
    this.#clock = Math.floor(clock.wallNow() * 1_000);
  }

  /** Versions of single tags are in the tag table, which every reader asks anyway. */
  read(tags: readonly string[]): Versions {
    return { clock: this.#clock, base: 0, tags: tags.map(() => 0) };
  }

  bump(): number {
    return ++this.#clock;
  }
}
