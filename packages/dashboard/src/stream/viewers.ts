import type { ServerResponse } from 'node:http';
import { onQueuedResponseLost } from '@spark-perf/core';

/** A viewer that has not read so many bytes is dropped: it comes back with a picture of the moment. */
const MAX_BACKLOG = 1024 * 1024;

/** Whether somebody who watches still may. Never rejects. */
export type MayWatch = () => Promise<boolean>;

/** The open streams. Whatever is sent is made once, and written to each. */
export class Viewers {
  readonly #open = new Map<ServerResponse, MayWatch>();
  readonly #onChange: (count: number) => void;

  constructor(
    readonly max: number,
    onChange: (count: number) => void,
  ) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#open.size;
  }

  get full(): boolean {
    return this.#open.size >= this.max;
  }

  add(res: ServerResponse, mayWatch: MayWatch): void {
    this.#open.set(res, mayWatch);
    res.on('close', () => this.#remove(res));
    onQueuedResponseLost(res, () => this.#remove(res));
    this.#onChange(this.#open.size);
  }

  send(chunk: Buffer): void {
    for (const res of this.#open.keys()) {
      if (res.writableLength > MAX_BACKLOG) {
        res.destroy();
        this.#remove(res); // Node tells a response that has no connection yet only when it gets one
      } else res.write(chunk);
    }
  }

  /** Ends the streams of those who may no longer watch: their session is over, or they are let in no more. */
  async review(): Promise<void> {
    const review = async ([res, mayWatch]: [ServerResponse, MayWatch]): Promise<void> => {
      if (!(await mayWatch())) res.end();
    };
    await Promise.all([...this.#open].map(review));
  }

  /** Ends all streams: browsers come back by themselves. */
  end(): void {
    for (const res of this.#open.keys()) res.end();
  }

  #remove(res: ServerResponse): void {
    if (this.#open.delete(res)) this.#onChange(this.#open.size);
  }
}
