import { Dud } from '../dud.js';
import type { Engine } from '../engine.js';
import type { Entry } from '../entry.js';
import type { IdlePlace } from './idle-place.js';

/**
 * Without the lane: idle connections go back to generic-pool and are drawn from it. For differential tests only.
 *
 * While generic-pool has been asked for new ones it would answer with what is put back, so that waits aside.
 */
export class EnginePlace<T> implements IdlePlace<T> {
  readonly #engine: Engine<Entry<T> | Dud>;
  readonly #lifo: boolean;
  #aside: Entry<T>[] = [];
  // The order in which the lane would have them.
  readonly #parked = new WeakMap<Entry<T>, number>();
  #parks = 0;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine<Entry<T> | Dud>, order: 'lifo' | 'fifo') {
    this.#engine = engine;
    this.#lifo = order === 'lifo';
  }

  get drawable(): number {
    return this.#engine.available;
  }

  take(): Entry<T> | undefined {
    return this.#lifo ? this.#aside.pop() : this.#aside.shift();
  }

  park(entry: Entry<T>): void {
    this.#parked.set(entry, this.#parks++);
    this.#aside.push(entry);
    this.#putBack();
  }

  remove(entry: Entry<T>): boolean {
    const at = this.#aside.indexOf(entry);
    if (at >= 0) this.#aside.splice(at, 1);
    return at >= 0;
  }

  /** One after the other, or a second would find what the first has drawn missing. */
  sweep(wanted: (entry: Entry<T>) => boolean): Promise<Entry<T>[]> {
    const swept = this.#sweeping.then(() => this.#sweep(wanted));
    this.#sweeping = swept;
    return swept;
  }

  makeWay(onDone: () => void): void {
    if (this.#engine.available === 0) return;
    const fetched = this.#fetch();
    this.#sweeping = this.#sweeping.then(() => fetched);
    void fetched.then(onDone);
  }

  async #sweep(wanted: (entry: Entry<T>) => boolean): Promise<Entry<T>[]> {
    await this.#fetch();
    const taken: Entry<T>[] = [];
    this.#aside = this.#aside.filter((entry) => {
      const isWanted = wanted(entry);
      if (isWanted) taken.push(entry);
      return !isWanted;
    });
    this.#putBack();
    return taken;
  }

  /** Draws everything idle and keeps it aside. */
  async #fetch(): Promise<void> {
    const draws = Array.from({ length: this.#engine.available }, () => this.#engine.draw());
    for (const thing of await Promise.all(draws)) {
      if (thing instanceof Dud) this.#engine.drop(thing);
      else this.#aside.push(thing);
    }
    this.#aside.sort((a, b) => this.#order(a) - this.#order(b));
  }

  #putBack(): void {
    if (this.#engine.pending > 0) return;
    for (const idle of this.#aside) this.#engine.putBack(idle);
    this.#aside = [];
  }

  #order(entry: Entry<T>): number {
    return this.#parked.get(entry) ?? this.#parks;
  }
}
