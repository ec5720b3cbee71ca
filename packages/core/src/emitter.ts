/** Takes a listener off again. Idempotent. */
export type Unsubscribe = () => void;

export type Listener<P> = (payload: P) => unknown;

/** What engines show of their emitter. */
export interface EventSource<Events extends object> {
  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): Unsubscribe;
}

/**
 * Typed events. Without a listener `emit` is one property read; a listener that throws, or whose promise rejects,
 * never reaches the engine: its error goes to `onListenerError`.
 */
export class Emitter<Events extends object> implements EventSource<Events> {
  // Copy on write, so that a listener may subscribe and unsubscribe while an event is being delivered.
  readonly #listeners = new Map<keyof Events, readonly Listener<never>[]>();
  /** Events with a listener: reading a field costs less than a map's size. */
  #heard = 0;
  readonly #onListenerError: ((error: unknown, event: keyof Events) => void) | undefined;

  constructor(onListenerError?: (error: unknown, event: keyof Events) => void) {
    this.#onListenerError = onListenerError;
  }

  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): Unsubscribe {
    // A wrapper of its own, so that one function subscribed twice is two subscriptions.
    const entry: Listener<Events[K]> = (payload) => listener(payload);
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), entry]);
    this.#heard = this.#listeners.size;
    return () => {
      const rest = (this.#listeners.get(event) ?? []).filter((other) => other !== entry);
      if (rest.length > 0) this.#listeners.set(event, rest);
      else this.#listeners.delete(event);
      this.#heard = this.#listeners.size;
    };
  }

  /** Whether anybody listens: ask before building a payload on a hot path. */
  has(event: keyof Events): boolean {
    return this.#heard > 0 && this.#listeners.has(event);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    if (this.#heard === 0) return;
    const listeners = this.#listeners.get(event) as readonly Listener<Events[K]>[] | undefined;
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        const result = listener(payload);
        if (result instanceof Promise) result.catch((error: unknown) => this.#report(error, event));
      } catch (error) {
        this.#report(error, event);
      }
    }
  }

  #report(error: unknown, event: keyof Events): void {
    try {
      this.#onListenerError?.(error, event);
    } catch {
      // Nobody is left to tell.
    }
  }
}
