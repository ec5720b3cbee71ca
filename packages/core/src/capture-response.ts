import type { ServerResponse } from 'node:http';
import type { CapturedHead, CapturedResponse, RawHeader } from './captured-response.js';
import type { Clock, Timer } from './clock.js';
import { systemClock } from './clock.js';
import { LateValue } from './late-value.js';
import { onResponseClose } from './on-response-close.js';
import { OuterCoding } from './outer-coding.js';
import type { HeadArgument } from './response-head.js';
import { headArgument, mergeHeaders, setHeaders } from './response-head.js';
import type { Bytes, Milliseconds } from './units.js';

export interface CaptureOptions {
  /** Longest body that is kept; beyond it the outcome is `tooLarge`. */
  readonly maxBytes: Bytes;
  /** Told once, when the head is known and before it is sent. */
  readonly onHead?: ((head: CapturedHead) => void) | undefined;
  /** Told once, at the moment `produced` resolves, for those who need no promise of it. Must not throw. */
  readonly onProduced?: ((captured: CapturedResponse) => void) | undefined;
  /** Told once, when the body has grown over `maxBytes`. */
  readonly onTooLarge?: (() => void) | undefined;
  /**
   * How long the handler may still end a response whose client has left; what it has sent by then is `truncated`.
   * @default 10_000
   */
  readonly graceAfterClose?: Milliseconds | undefined;
  /** @default systemClock */
  readonly clock?: Clock | undefined;
}

export interface ResponseCapture {
  /**
   * Resolves when the handler has ended the response or destroyed it. A client that leaves earlier does not matter,
   * for `graceAfterClose`. Never rejects.
   */
  readonly produced: Promise<CapturedResponse>;
  /** Resolves when the response closes: whether the client got all of it. Never rejects. */
  readonly delivered: Promise<boolean>;
  /** Takes the tee off. What was captured is dropped, `produced` resolves to `truncated`. Idempotent. */
  stop(): void;
}

type WriteCallback = (error?: Error | null) => void;

const EMPTY = Buffer.alloc(0);

/**
 * Tees what a handler really sends, on any host: `writeHead`, `write` and `end` of this one response are wrapped,
 * pass everything on unchanged and return what they return (back-pressure). Trailers are not touched.
 *
 * Only fields set after this call are captured: what middlewares outside have set belongs to each request.
 */
export function captureResponse(res: ServerResponse, options: CaptureOptions): ResponseCapture {
  return new Capture(res, options);
}

class Capture implements ResponseCapture {
  readonly #res: ServerResponse;
  readonly #options: CaptureOptions;
  readonly #outer: OuterFields | undefined;
  readonly #produced = new LateValue<CapturedResponse>();
  readonly #delivered = new LateValue<boolean>();
  #head: CapturedHead | undefined;
  /** Most bodies come in one piece, and need no list. */
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #size = 0;
  #state: 'teeing' | 'tooLarge' | 'over' = 'teeing';
  #graceTimer: Timer | undefined;
  /** While the first bytes are passed on, which may make somebody below us encode them. */
  #coding: OuterCoding | undefined;

  constructor(res: ServerResponse, options: CaptureOptions) {
    this.#res = res;
    this.#options = options;
    this.#outer = OuterFields.of(res);
    onResponseClose(res, (delivered) => {
      if (this.#state !== 'over') this.#graceTimer = this.#startGrace();
      this.#delivered.settle(delivered);
    });
    this.#wrap();
  }

  get produced(): Promise<CapturedResponse> {
    return this.#produced.promise;
  }

  get delivered(): Promise<boolean> {
    return this.#delivered.promise;
  }

  stop(): void {
    this.#finish('truncated');
  }

  #wrap(): void {
    const res = this.#res;
    // The methods as they are now: another wrapper may lie below, and may have been put on the instance.
    const { writeHead, write, end, destroy } = res as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const target = res as unknown as Record<string, unknown>;
    target.writeHead = (...args: unknown[]): unknown => {
      if (this.#head === undefined && this.#state !== 'over') this.#onHead(args);
      return writeHead!.apply(res, args);
    };
    target.write = (chunk: unknown, encoding?: unknown, callback?: WriteCallback): unknown => {
      const copy = this.#copy(chunk, encoding);
      this.#coding = this.#beforeHead();
      const result = write!.call(res, chunk, encoding, callback);
      this.#coding = undefined;
      this.#append(copy);
      return result;
    };
    target.end = (chunk?: unknown, encoding?: unknown, callback?: WriteCallback): unknown => {
      // A second end() is Node's to complain about.
      const copy = typeof chunk === 'function' || chunk === null ? undefined : this.#copy(chunk, encoding);
      const ended = res.writableEnded;
      this.#coding = this.#beforeHead();
      const result = end!.call(res, chunk, encoding, callback);
      this.#coding = undefined;
      if (!ended) {
        this.#append(copy);
        this.#finish('complete');
      }
      return result;
    };
    // Node closes the response of a client that left without this call; so it is the handler's, or pipeline()'s.
    target.destroy = (error?: unknown): unknown => {
      this.#finish('truncated'); // no effect on one that has ended
      return destroy!.call(res, error);
    };
  }

  #startGrace(): Timer {
    const { graceAfterClose = 10_000, clock = systemClock } = this.#options;
    return clock.setTimeout(() => this.#finish('truncated'), graceAfterClose);
  }

  #beforeHead(): OuterCoding | undefined {
    return this.#head === undefined && this.#state === 'teeing' ? new OuterCoding(this.#res) : undefined;
  }

  #onHead(args: readonly unknown[]): void {
    this.#head = this.#readHead(args);
    this.#options.onHead?.(this.#head);
  }

  #readHead([status, second, third]: readonly unknown[]): CapturedHead {
    const given = headArgument((typeof second === 'string' ? third : (third ?? second)) as HeadArgument);
    const set = this.#outer === undefined ? setHeaders(this.#res) : this.#outer.inner(this.#res);
    const inner = this.#coding === undefined ? set : this.#coding.takeOff(set);
    return {
      status: Number(status),
      statusMessage: typeof second === 'string' ? second : this.#res.statusMessage || undefined,
      headers: mergeHeaders(inner, given),
    };
  }

  /** The bytes of a chunk, copied: its owner may reuse the buffer once it is written. */
  #copy(chunk: unknown, encoding: unknown): Buffer | undefined {
    if (this.#state !== 'teeing') return undefined;
    if (typeof chunk === 'string') {
      return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
    }
    if (!(chunk instanceof Uint8Array)) return undefined;
    if (this.#size + chunk.byteLength > this.#options.maxBytes)
      return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    return Buffer.from(chunk);
  }

  #append(copy: Buffer | undefined): void {
    if (copy === undefined || this.#state !== 'teeing') return;
    this.#size += copy.length;
    if (this.#size <= this.#options.maxBytes) {
      if (this.#first === undefined) this.#first = copy;
      else (this.#rest ??= [this.#first]).push(copy);
      return;
    }
    this.#state = 'tooLarge';
    this.#first = this.#rest = undefined;
    this.#options.onTooLarge?.();
  }

  #finish(ending: 'complete' | 'truncated'): void {
    if (this.#state === 'over') return;
    const tooLarge = this.#state === 'tooLarge';
    this.#graceTimer?.cancel();
    // Without a client Node never writes the head.
    const head = this.#head ?? this.#readHead([this.#res.statusCode]);
    this.#state = 'over';
    const bodiless = this.#res.req?.method === 'HEAD' || head.status === 204 || head.status === 304;
    const body = bodiless
      ? EMPTY
      : this.#rest === undefined
        ? (this.#first ?? EMPTY)
        : Buffer.concat(this.#rest);
    this.#first = this.#rest = undefined;
    const short = ending === 'truncated' || (!bodiless && !tooLarge && isShort(head.headers, body.length));
    const outcome = short ? 'truncated' : tooLarge ? 'tooLarge' : 'complete';
    const captured: CapturedResponse = {
      outcome,
      status: head.status,
      statusMessage: head.statusMessage,
      headers: head.headers,
      body: outcome === 'tooLarge' ? EMPTY : body,
    };
    this.#produced.settle(captured);
    this.#options.onProduced?.(captured);
  }
}

const CONTENT_LENGTH = 'content-length';

function isShort(headers: readonly RawHeader[], length: Bytes): boolean {
  for (const [name, value] of headers) {
    if (name.length === CONTENT_LENGTH.length && name.toLowerCase() === CONTENT_LENGTH)
      return length < Number(value);
  }
  return false;
}

/** The fields that were there before the capture, and which of them have been set again since. */
class OuterFields {
  readonly #names: Set<string>;

  private constructor(res: ServerResponse, names: string[]) {
    this.#names = new Set(names);
    const target = res as unknown as Record<string, (name: string, ...rest: unknown[]) => unknown>;
    for (const method of ['setHeader', 'appendHeader', 'removeHeader']) {
      const original = target[method]!;
      target[method] = (name, ...rest) => {
        if (typeof name === 'string') this.#names.delete(name.toLowerCase());
        return original.call(res, name, ...rest);
      };
    }
  }

  /** `undefined` when nothing is set yet, which is the cheap case. */
  static of(res: ServerResponse): OuterFields | undefined {
    const names = res.getHeaderNames();
    return names.length === 0 ? undefined : new OuterFields(res, names);
  }

  inner(res: ServerResponse): RawHeader[] {
    return setHeaders(res).filter(([name]) => !this.#names.has(name.toLowerCase()));
  }
}
