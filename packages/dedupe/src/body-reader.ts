import type { Bytes, Clock, Context, Milliseconds } from '@spark-perf/core';
import { SharedInterval } from './shared-interval.js';

/** What became of a request's body. */
export type BodyReading =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Somebody has read it, or is reading it, and kept no bytes: `ctx.body` is all there is. */
  | { readonly kind: 'consumed' }
  /** Longer than allowed, or not sent in time: left (again) in the stream. */
  | { readonly kind: 'tooLarge' | 'late' }
  | { readonly kind: 'aborted' };

const EMPTY = Buffer.alloc(0);
const TOO_LARGE: BodyReading = Object.freeze({ kind: 'tooLarge' });
const CONSUMED = Object.freeze({ kind: 'consumed' } as const);
const NO_BODY = Object.freeze({ kind: 'bytes', bytes: EMPTY } as const);

/** Reads the bodies of requests, at most `maxBody` bytes within `timeout`. All deadlines share one timer. */
export class BodyReader {
  readonly #maxBody: Bytes;
  readonly #deadlines: SharedInterval;

  constructor(maxBody: Bytes, timeout: Milliseconds, clock: Clock) {
    this.#maxBody = maxBody;
    this.#deadlines = new SharedInterval(clock, timeout);
  }

  /**
   * The body's bytes. Where nobody has read it yet they are read, set as `ctx.rawBody`, and given back to the stream:
   * a parser, a handler or a proxy after us finds it as it came.
   */
  read(ctx: Context): BodyReading | Promise<BodyReading> {
    const { req } = ctx;
    const maxBytes = this.#maxBody;
    const known = bodyAtHand(ctx);
    if (known !== undefined)
      return known.kind === 'bytes' && known.bytes.length > maxBytes ? TOO_LARGE : known;
    const length = req.headers['content-length'];
    if (length !== undefined && Number(length) > maxBytes) return TOO_LARGE;
    // A short body comes in one piece with its head. Once Node has parsed that piece, which is before any microtask
    // runs, it needs no listener. One without a length may have come to its end: to be listening by then would end the
    // stream before its consumer comes.
    return Promise.resolve().then(() => this.#readRest(ctx));
  }

  #readRest(ctx: Context): BodyReading | Promise<BodyReading> {
    if (ctx.req.destroyed) return { kind: 'aborted' };
    if (ctx.req.complete) return readNow(ctx, this.#maxBody);
    return readAll(ctx, this.#maxBody, this.#deadlines);
  }

  /** Takes the timer off. */
  close(): void {
    this.#deadlines.close();
  }
}

/** What is known of a body without reading its stream; `undefined` where it is there to be read. */
export function bodyAtHand(ctx: Context): Extract<BodyReading, { kind: 'bytes' | 'consumed' }> | undefined {
  const { req, rawBody } = ctx;
  if (rawBody !== undefined) return { kind: 'bytes', bytes: rawBody };
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers;
  if (coding === undefined && (length === undefined || length === '0'))
    return ctx.body === null || ctx.body === undefined ? NO_BODY : CONSUMED;
  return req.readableEnded || req.readableFlowing === true || req.readableDidRead ? CONSUMED : undefined;
}

/** Takes the bytes of a stream that holds all of them, and puts them back. */
function readNow(ctx: Context, maxBytes: Bytes): BodyReading {
  const { req } = ctx;
  // At its end, listening to it or reading would end it before its consumer comes.
  if (req.readableLength === 0) return NO_BODY;
  if (req.readableLength > maxBytes) return TOO_LARGE;
  const bytes = req.read() as Buffer;
  req.unshift(bytes);
  ctx.rawBody = bytes;
  return { kind: 'bytes', bytes };
}

/**
 * Reads a stream in paused mode: it must be stopped before Node emits `end`, or nothing can go back. A function and not
 * an object with methods: V8 decided to allocate the parts of such objects in the old generation, where the dead ones
 * keep the requests alive that they point to until the next full collection; that cost 17 µs per request.
 */
function readAll(ctx: Context, maxBytes: Bytes, deadlines: SharedInterval): Promise<BodyReading> {
  const { req } = ctx;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onReadable = (): void => {
      // Never reads an empty buffer: at the end of the stream that would set `end` off.
      while (req.readableLength > 0) {
        const chunk = req.read() as Buffer | null;
        if (chunk === null) break;
        chunks.push(chunk);
        size += chunk.length;
      }
      if (size > maxBytes) finish('tooLarge');
      else if (req.complete) finish('bytes');
    };
    const onClose = (): void => finish('aborted');
    const deadline = deadlines.start(() => finish('late'));
    let finish = (kind: 'bytes' | 'tooLarge' | 'late' | 'aborted'): void => {
      finish = () => {};
      deadline.cancel();
      req.off('readable', onReadable).off('close', onClose);
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      if (kind !== 'aborted' && bytes.length > 0) req.unshift(bytes);
      if (kind === 'bytes') ctx.rawBody = bytes;
      resolve(kind === 'bytes' ? { kind, bytes } : { kind });
    };
    // An error closes it too; Node emits it only where somebody listens.
    req.on('readable', onReadable).on('close', onClose);
  });
}
