import type { IncomingMessage } from 'node:http';
import type { Bytes, Clock, Context, Milliseconds } from '@spark-perf/core';

/** What became of a request's body. */
export type BodyReading =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** A parser has read it and kept no bytes: `ctx.body` is all there is. */
  | { readonly kind: 'consumed' }
  /** Longer than allowed, or not sent in time: left (again) in the stream. */
  | { readonly kind: 'tooLarge' | 'late' }
  | { readonly kind: 'aborted' };

const EMPTY = Buffer.alloc(0);

/**
 * The body's bytes. Where nobody has read it yet they are read, set as `ctx.rawBody`, and given back to the stream:
 * a parser, a handler or a proxy after us finds it as it came.
 */
export function readBody(
  ctx: Context,
  maxBytes: Bytes,
  timeout: Milliseconds,
  clock: Clock,
): BodyReading | Promise<BodyReading> {
  const { req } = ctx;
  if (ctx.rawBody !== undefined) {
    return ctx.rawBody.length > maxBytes ? { kind: 'tooLarge' } : { kind: 'bytes', bytes: ctx.rawBody };
  }
  const length = req.headers['content-length'];
  const bodiless = req.headers['transfer-encoding'] === undefined && (length === undefined || length === '0');
  if (bodiless)
    return ctx.body === null || ctx.body === undefined
      ? { kind: 'bytes', bytes: EMPTY }
      : { kind: 'consumed' };
  if (req.readableEnded || req.readableFlowing === true || req.readableDidRead) return { kind: 'consumed' };
  if (length !== undefined && Number(length) > maxBytes) return { kind: 'tooLarge' };
  if (req.destroyed) return { kind: 'aborted' };
  // All of it is here and nothing is in it; listening to such a stream would end it before its consumer comes.
  if (req.complete && req.readableLength === 0) return { kind: 'bytes', bytes: EMPTY };
  return new Reading(req, maxBytes, timeout, clock).done.then((reading) => {
    if (reading.kind === 'bytes') ctx.rawBody = reading.bytes;
    return reading;
  });
}

/** One reading of a stream, in paused mode: it must be stopped before Node emits `end`, or nothing can go back. */
class Reading {
  readonly done: Promise<BodyReading>;
  readonly #req: IncomingMessage;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #finish!: (kind: 'bytes' | 'tooLarge' | 'late' | 'aborted') => void;

  constructor(req: IncomingMessage, maxBytes: Bytes, timeout: Milliseconds, clock: Clock) {
    this.#req = req;
    this.done = new Promise((resolve) => {
      const onReadable = (): void => {
        this.#drain();
        if (this.#size > maxBytes) this.#finish('tooLarge');
        else if (req.complete) this.#finish('bytes');
      };
      const onClose = (): void => this.#finish('aborted');
      const timer = clock.setTimeout(() => this.#finish('late'), timeout, { ref: true });
      this.#finish = (kind) => {
        this.#finish = () => {};
        timer.cancel();
        req.off('readable', onReadable).off('close', onClose).off('error', onClose);
        const bytes = Buffer.concat(this.#chunks);
        if (kind !== 'aborted' && bytes.length > 0) req.unshift(bytes);
        resolve(kind === 'bytes' ? { kind, bytes } : { kind });
      };
      req.on('readable', onReadable).on('close', onClose).on('error', onClose);
    });
  }

  /** Never reads an empty buffer: at the end of the stream that would set `end` off. */
  #drain(): void {
    while (this.#req.readableLength > 0) {
      const chunk = this.#req.read() as Buffer | null;
      if (chunk === null) return;
      this.#chunks.push(chunk);
      this.#size += chunk.length;
    }
  }
}
