import type { Duplex } from 'node:stream';
import type { UndiciLane } from './undici-lane.js';
import type { UpstreamConnection, UpstreamHandler } from './upstream-transport.js';

/** Whose lanes they are. */
export interface LaneOwner {
  /** A connection is free again. */
  giveBack(lane: UndiciLane): void;
  /** A connection is not to be used again. */
  discard(lane: UndiciLane): void;
}

/** undici's handler in terms of ours. */
export class UndiciExchange implements UpstreamConnection {
  readonly #owner: LaneOwner;
  readonly #lane: UndiciLane;
  readonly #handler: UpstreamHandler;
  #done = false;

  constructor(owner: LaneOwner, lane: UndiciLane, handler: UpstreamHandler) {
    this.#owner = owner;
    this.#lane = lane;
    this.#handler = handler;
  }

  abort(): void {
    if (this.#done) return;
    this.#done = true;
    this.#owner.discard(this.#lane);
  }

  keep(): void {
    this.#lane.keep();
  }

  onConnect(): void {
    this.#lane.begin();
    this.#handler.onConnect(this);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) {
      this.#handler.onInformation(status, latin1(raw));
      return true;
    }
    this.#lane.answer(resume);
    this.#handler.onHeaders(status, latin1(raw), this.#lane.resume, statusText);
    if (status === 304 && !this.#done && hasLength(raw)) {
      // undici takes a Content-Length here for that of a body that never comes, and fails: the answer is complete now.
      this.#done = true;
      this.#owner.discard(this.#lane);
      this.#handler.onComplete([]);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#done) return true;
    const more = this.#handler.onData(chunk, this.#lane.lends(chunk));
    if (!more) this.#lane.wait();
    return more;
  }

  onComplete(trailers: Buffer[] | null): void {
    if (this.#done) return;
    this.#done = true;
    this.#lane.end();
    this.#owner.giveBack(this.#lane);
    this.#handler.onComplete(trailers === null || trailers.length === 0 ? NONE : latin1(trailers));
  }

  onUpgrade(_status: number, _headers: Buffer[], socket: Duplex): void {
    socket.destroy();
    this.onError(new Error('The server upgraded a request that had not asked for it'));
  }

  onError(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.#owner.discard(this.#lane);
    this.#handler.onError(error);
  }
}

const NONE: string[] = [];

/** `latin1Slice` is what `toString('latin1')` calls, without the look-up of the encoding. */
function latin1(raw: readonly Buffer[]): string[] {
  const out = new Array<string>(raw.length);
  for (let i = 0; i < raw.length; i++) {
    out[i] = (raw[i] as Buffer & { latin1Slice(): string }).latin1Slice();
  }
  return out;
}

function hasLength(raw: readonly Buffer[]): boolean {
  return raw.some(
    (name, index) => index % 2 === 0 && name.length === 14 && /^content-length$/i.test(name.toString()),
  );
}
