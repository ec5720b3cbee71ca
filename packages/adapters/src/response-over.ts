import type { ServerResponse } from 'node:http';
import { onQueuedResponseLost } from '@spark-perf/core';

/** Tells everybody who waits for the end of a response; one listener on it, however many they are. */
export class ResponseOver {
  readonly #res: ServerResponse;
  #waiting: (() => void)[] | undefined = undefined;
  #isOver = false;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  /** Calls `listener` once the response was sent or has failed; at once where that is so already. */
  tell(listener: () => void): void {
    const res = this.#res;
    // Set with `close`, before it by `destroy()`; each look at a response costs on Express, which changes its prototype.
    if (this.#isOver || res.destroyed) return listener();
    if (this.#waiting !== undefined) return void this.#waiting.push(listener);
    this.#waiting = [listener];
    const over = (): void => {
      this.#isOver = true;
      for (const one of this.#waiting?.splice(0) ?? []) one();
    };
    // Node emits `close` right after `finish`, and alone where the client has left.
    res.on('close', over);
    if (res.socket === null) onQueuedResponseLost(res, over);
  }
}
