import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Milliseconds } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';

/** A client that sends bytes and keeps what comes back. */
export class RawClient {
  readonly #socket: Socket;
  #received = '';
  #closed = false;
  readonly #patience: number;
  #wake: () => void = () => {};

  /** @param patience multiplies every wait: more than 1 on a machine that is slow or busy */
  constructor(port: number, patience = 1) {
    this.#patience = patience;
    this.#socket = connect({ port, host: '127.0.0.1' });
    this.#socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  get received(): string {
    return this.#received;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Waits until `condition` holds; false at the deadline. */
  async until(condition: () => boolean, timeout: Milliseconds = 10_000): Promise<boolean> {
    const end = systemClock.now() + timeout * this.#patience;
    while (!condition()) {
      const left = end - systemClock.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = systemClock.setTimeout(resolve, Math.min(left, 20), { ref: true });
        this.#wake = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    return true;
  }
}
