import type { Entry } from '../entry.js';

/** Where connections stay that nobody uses. */
export interface IdlePlace<T> {
  /** How many could be drawn from the engine instead of taken from here. */
  readonly drawable: number;
  /** The next one, at once. */
  take(): Entry<T> | undefined;
  park(entry: Entry<T>): void;
  /** Takes one out; false when it isn't here, or can't be reached at once. */
  remove(entry: Entry<T>): boolean;
  /** Takes out those that `wanted` says yes to; the one that was idle longest is asked first. */
  sweep(wanted: (entry: Entry<T>) => boolean): Promise<Entry<T>[]> | Entry<T>[];
  /**
   * Gets everything idle out of the engine, which creates only when it has nothing left to give. `onDone` is called
   * when what was in the way can be taken again.
   */
  makeWay(onDone: () => void): void;
}
