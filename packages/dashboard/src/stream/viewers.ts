import type { ServerResponse } from 'node:http';

/** A viewer that has not read so many bytes is dropped: it comes back with a picture of the moment. */
const MAX_BACKLOG = 1024 * 1024;

/** The open streams. Whatever is sent is made once, and written to each. */
export class Viewers {
  readonly #open = new Set<ServerResponse>();
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

  add(res: ServerResponse): void {
    this.#open.add(res);
    res.on('close', () => this.#remove(res));
    this.#onChange(this.#open.size);
  }

  send(chunk: Buffer): void {
    for (const res of this.#open) {
      if (res.writableLength > MAX_BACKLOG) res.destroy();
      else res.write(chunk);
    }
  }

  /** Ends all streams: browsers come back by themselves. */
  end(): void {
    for (const res of this.#open) res.end();
  }

  #remove(res: ServerResponse): void {
    if (this.#open.delete(res)) this.#onChange(this.#open.size);
  }
}
