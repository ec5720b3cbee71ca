import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The time in ms that this process's main thread has waited for a core which others had: the second figure of Linux's
 * `schedstat`. Elsewhere it stays 0. Reads into one buffer: garbage of its own would make pauses.
 */
export class SchedulerWait {
  readonly #file: number | undefined;
  readonly #buffer = Buffer.alloc(64);

  constructor() {
    try {
      this.#file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    } catch {
      this.#file = undefined;
    }
  }

  read(): number {
    if (this.#file === undefined) return 0;
    const length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, 0);
    return Number(this.#buffer.toString('latin1', 0, length).split(' ')[1] ?? 0) / 1e6;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
