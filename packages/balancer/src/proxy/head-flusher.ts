/** Somebody who holds a response head back for the first part of the body. */
export interface PendingHead {
  flushHead(): void;
}

/**
 * Sends heads whose body did not come along in the same turn of the event loop. One callback for all of them: most
 * heads leave together with their body, in one write, and cost an array entry here.
 */
export class HeadFlusher {
  #pending: PendingHead[] = [];

  add(head: PendingHead): void {
    if (this.#pending.push(head) === 1) process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    const pending = this.#pending;
    this.#pending = [];
    for (const head of pending) head.flushHead();
  };
}
