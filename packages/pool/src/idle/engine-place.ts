import { Dud } from '../dud.js';
import type { Engine } from '../engine.js';
import type { Entry } from '../entry.js';
import type { IdlePlace } from './idle-place.js';

/** Without the lane: idle connections go back to generic-pool and are drawn from it. For differential tests only. */
export class EnginePlace<T> implements IdlePlace<T> {
  readonly #engine: Engine<Entry<T> | Dud>;

  constructor(engine: Engine<Entry<T> | Dud>) {
    this.#engine = engine;
  }

  get drawable(): number {
    return this.#engine.available;
  }

  peek(): undefined {
    return undefined;
  }

  take(): undefined {
    return undefined;
  }

  park(entry: Entry<T>): void {
    this.#engine.putBack(entry);
  }

  remove(): boolean {
    return false;
  }

  async sweep(wanted: (entry: Entry<T>) => boolean): Promise<Entry<T>[]> {
    const draws = Array.from({ length: this.#engine.available }, () => this.#engine.draw());
    const entries: Entry<T>[] = [];
    for (const thing of await Promise.all(draws)) {
      if (thing instanceof Dud) this.#engine.drop(thing);
      else entries.push(thing);
    }
    const taken: Entry<T>[] = [];
    const kept: Entry<T>[] = [];
    for (const entry of entries.sort((a, b) => a.lastUsedAt - b.lastUsedAt)) {
      (wanted(entry) ? taken : kept).push(entry);
    }
    for (const entry of kept) this.#engine.putBack(entry);
    return taken;
  }
}
