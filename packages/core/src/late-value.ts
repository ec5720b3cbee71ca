/** A value that comes once. A promise of it is made only for those who ask: on hot paths most never do. */
export class LateValue<T> {
  #value: T | undefined;
  #isThere = false;
  #promise: Promise<T> | undefined;
  #resolve: ((value: T) => void) | undefined;

  /** Resolves to the value when it is there. */
  get promise(): Promise<T> {
    this.#promise ??= this.#isThere
      ? Promise.resolve(this.#value as T)
      : new Promise((resolve) => {
          this.#resolve = resolve;
        });
    return this.#promise;
  }

  /** The first call counts. */
  settle(value: T): void {
    if (this.#isThere) return;
    this.#isThere = true;
    this.#value = value;
    this.#resolve?.(value);
  }
}
