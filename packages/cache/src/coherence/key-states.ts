import { KeyWatch } from './key-watch.js';

/** What is going on with one key. Exists only while something is. */
export interface KeyState {
  readonly key: string;
  /** Grows with every change of the key: a fetch or promotion that began before it must not be kept. */
  generation: number;
  /** How many operations hold on to this state. */
  holders: number;
}

/** The generations of the keys that something is going on with: nobody else can be overtaken by a change. */
export class KeyStates {
  readonly #states = new Map<string, KeyState>();
  readonly #watches = new Set<KeyWatch>();

  get size(): number {
    return this.#states.size + this.#watches.size;
  }

  /** Holds on to the state of a key; `release` it once. */
  hold(key: string): KeyState {
    let state = this.#states.get(key);
    if (state === undefined) this.#states.set(key, (state = { key, generation: 0, holders: 0 }));
    state.holders++;
    return state;
  }

  release(state: KeyState): void {
    if (--state.holders === 0) this.#states.delete(state.key);
  }

  /** The key changes now. */
  bump(key: string): void {
    const state = this.#states.get(key);
    if (state !== undefined) state.generation++;
    for (const watch of this.#watches) watch.note(key);
  }

  /** Notes all keys that change from now on; `unwatch` it once. */
  watch(): KeyWatch {
    const watch = new KeyWatch();
    this.#watches.add(watch);
    return watch;
  }

  unwatch(watch: KeyWatch): void {
    this.#watches.delete(watch);
  }
}
