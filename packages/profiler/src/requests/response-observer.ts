import type { Context, Milliseconds } from '@spark-perf/core';
import { onQueuedResponseLost } from '@spark-perf/core';
// The global of this name is a getter.
import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import type { HeadFields } from './head-fields.js';
import { TrackedRequest } from './tracked-request.js';

type WithRequest = Record<symbol, TrackedRequest | undefined>;

/** What the observer tells of a response. */
export interface ResponseListener {
  /** The head is about to go out; `status` and, if any were, `fields` are those given to `writeHead`. */
  head(request: TrackedRequest, status: number, fields: HeadFields | undefined): void;
  /** It is over; `delivered` tells whether all of it was handed to the operating system. */
  closed(request: TrackedRequest, delivered: boolean): void;
}

/**
 * Watches responses with functions that all of them share: per request there is one object and no closure. The
 * response's own `write`, `end` and `writeHead`, which another middleware may have replaced, are called in turn.
 */
export class ResponseObserver {
  /** One per profiler: two of them may watch the same response. */
  readonly #key = Symbol('profiled request');
  readonly #write: ServerResponse['write'];
  readonly #end: ServerResponse['end'];
  readonly #writeHead: ServerResponse['writeHead'];
  readonly #onClose: (this: ServerResponse) => void;
  readonly #listener: ResponseListener;

  constructor(listener: ResponseListener) {
    const key = this.#key;
    const requestOf = (res: ServerResponse): TrackedRequest => (res as unknown as WithRequest)[key]!;
    this.#listener = listener;
    this.#write = function (this: ServerResponse, chunk: unknown, encoding?: unknown, callback?: unknown) {
      const request = requestOf(this);
      request.written += sizeOf(chunk, encoding);
      return (request.write as (...args: unknown[]) => boolean).call(this, chunk, encoding, callback);
    };
    this.#end = function (this: ServerResponse, chunk?: unknown, encoding?: unknown, callback?: unknown) {
      const request = requestOf(this);
      if (chunk !== undefined && !this.writableEnded) request.written += sizeOf(chunk, encoding);
      return (request.end as (...args: unknown[]) => ServerResponse).call(this, chunk, encoding, callback);
    };
    this.#writeHead = function (
      this: ServerResponse,
      status: number,
      reason?: string | HeadFields,
      fields?: HeadFields,
    ) {
      const request = requestOf(this);
      listener.head(request, status, typeof reason === 'object' ? reason : fields);
      if (reason === undefined && fields === undefined) return request.writeHead.call(this, status);
      return (request.writeHead as (...args: unknown[]) => ServerResponse).call(this, status, reason, fields);
    };
    this.#onClose = function (this: ServerResponse) {
      const { socket } = this.req;
      // `finish` is emitted even when the socket was destroyed with the body still queued.
      listener.closed(
        requestOf(this),
        this.writableFinished && (!socket.destroyed || socket.writableFinished),
      );
    };
  }

  /** Begins to watch. Returns `undefined` when this observer watches the response already. */
  watch(ctx: Context, now: Milliseconds): TrackedRequest | undefined {
    const { res } = ctx;
    const own = res as unknown as WithRequest;
    if (own[this.#key] !== undefined) return undefined;
    // Called with the response as `this`, whoever replaced them.
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const request = new TrackedRequest(ctx, now, res.write, res.end, res.writeHead);
    own[this.#key] = request;
    res.write = this.#write;
    res.end = this.#end;
    res.writeHead = this.#writeHead;
    res.on('close', this.#onClose);
    // A pipelined response that still waits for its turn is told nothing when the connection goes.
    if (res.socket === null) onQueuedResponseLost(res, () => this.#listener.closed(request, false));
    return request;
  }
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
