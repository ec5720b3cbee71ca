import type { Entry } from '../entry.js';
import type { IdlePlace } from './idle-place.js';

const INITIAL = 16;

/**
 * The fast lane: entries on loan from the engine, idle for users. A ring, so that both ends are O(1): last in, first
 * out takes from the young end, first in, first out from the old one.
 */
export class Lane<T> implements IdlePlace<T> {
  readonly drawable = 0;
  readonly #lifo: boolean;
  #ring: (Entry<T> | undefined)[] = new Array<Entry<T> | undefined>(INITIAL).fill(undefined);
  #mask = INITIAL - 1;
  #head = 0;
  #size = 0;

  constructor(order: 'lifo' | 'fifo') {
    this.#lifo = order === 'lifo';
  }

  take(): Entry<T> | undefined {
    if (this.#size === 0) return undefined;
    const size = --this.#size;
    let at = this.#head;
    if (this.#lifo) at = (at + size) & this.#mask;
    else this.#head = (at + 1) & this.#mask;
    const entry = this.#ring[at];
    this.#ring[at] = undefined;
    return entry;
  }

  park(entry: Entry<T>): void {
    if (this.#size > this.#mask) this.#grow();
    this.#ring[(this.#head + this.#size++) & this.#mask] = entry;
  }

  remove(entry: Entry<T>): boolean {
    return this.sweep((other) => other === entry).length === 1;
  }

  sweep(wanted: (entry: Entry<T>) => boolean): Entry<T>[] {
    const taken: Entry<T>[] = [];
    const size = this.#size;
    let kept = 0;
    for (let i = 0; i < size; i++) {
      const at = (this.#head + i) & this.#mask;
      const entry = this.#ring[at]!;
      this.#ring[at] = undefined;
      if (wanted(entry)) taken.push(entry);
      else this.#ring[(this.#head + kept++) & this.#mask] = entry;
    }
    this.#size = kept;
    return taken;
  }

  makeWay(): void {}

  #grow(): void {
    const size = this.#size;
    const ring = new Array<Entry<T> | undefined>(size * 2).fill(undefined);
    for (let i = 0; i < size; i++) ring[i] = this.#ring[(this.#head + i) & this.#mask];
    this.#ring = ring;
    this.#mask = ring.length - 1;
    this.#head = 0;
  }
}
