import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Bytes } from '@spark-perf/core';

/**
 * The body of a client's request on its way to a server, with its beginning kept for a second attempt. Reading goes
 * as fast as the server takes it. At most the limit is kept, and until a connection is there what one buffer holds:
 * nothing has been lost by then, however large the body is.
 */
export class RequestBody {
  readonly #req: IncomingMessage;
  readonly #limit: Bytes;
  readonly #onProgress: () => void;
  #kept: Buffer[] = [];
  #keptBytes: Bytes = 0;
  #sent = false;
  #replayable = true;
  #sink: BodyStream | undefined;
  #started = false;

  constructor(req: IncomingMessage, limit: Bytes, onProgress: () => void) {
    this.#req = req;
    this.#limit = limit;
    this.#onProgress = onProgress;
  }

  /** Whether another attempt can send all of it. */
  get replayable(): boolean {
    return this.#replayable;
  }

  /** Whether all of it has come from the client. */
  get complete(): boolean {
    return this.#req.complete;
  }

  /** The trailers that followed it. */
  readonly trailers = (): readonly string[] => this.#req.rawTrailers;

  /** A stream of the whole body, in place of any earlier one. */
  open(): Readable {
    const sink = new BodyStream(this);
    this.#sink = sink;
    this.#sent = false;
    for (const chunk of this.#kept) sink.push(chunk);
    if (this.#req.readableEnded) sink.push(null);
    return sink;
  }

  /** A connection takes the bytes from now on: what is beyond the limit can't be sent again. */
  markSent(): void {
    this.#sent = true;
    if (this.#keptBytes > this.#limit) this.#forget();
  }

  /** There will be no further attempt. */
  settle(): void {
    this.#forget();
  }

  /** @internal The stream wants more. */
  want(sink: BodyStream): void {
    if (sink !== this.#sink) return;
    if (!this.#started) {
      this.#started = true;
      this.#req.on('data', (chunk: Buffer) => this.#take(chunk));
      this.#req.on('end', () => this.#sink?.push(null));
    } else this.#req.resume();
  }

  /** @internal The stream is not needed any more. */
  left(sink: BodyStream): void {
    if (sink !== this.#sink) return;
    this.#sink = undefined;
    if (!this.#req.readableEnded) this.#req.pause();
  }

  /** Nobody wants it any more; whether some of it is still to come. */
  abandon(): boolean {
    this.#sink = undefined;
    this.#forget();
    return !this.#req.readableEnded && !this.#req.destroyed;
  }

  #take(chunk: Buffer): void {
    this.#onProgress();
    if (this.#replayable) {
      this.#kept.push(chunk);
      this.#keptBytes += chunk.length;
      if (this.#sent && this.#keptBytes > this.#limit) this.#forget();
    }
    if (this.#sink !== undefined && !this.#sink.push(chunk)) this.#req.pause();
  }

  #forget(): void {
    this.#replayable = false;
    this.#kept = [];
    this.#keptBytes = 0;
  }
}

/** One attempt's view of the body. Destroying it leaves the client's connection alone. */
class BodyStream extends Readable {
  readonly #body: RequestBody;

  constructor(body: RequestBody) {
    super({ highWaterMark: 65_536 });
    this.#body = body;
  }

  override _read(): void {
    this.#body.want(this);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#body.left(this);
    callback(error);
  }
}
