import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Bytes } from '@spark-perf/core';

type Held = 'writeHead' | 'write' | 'end' | 'flushHeaders';
type Method = (...args: never[]) => unknown;
type Callback = (error?: Error | null) => void;

/**
 * Keeps back what a handler sends until it is known whether that is what the client gets. Up to `maxBytes`; a longer
 * answer goes out as it comes from then on.
 */
export class HeldResponse {
  readonly #res: ServerResponse;
  readonly #original: Record<Held, Method>;
  readonly #outer: ReadonlyMap<string, OutgoingHttpHeader>;
  readonly #maxBytes: Bytes;
  #state: 'holding' | 'ended' | 'passing' = 'holding';
  #head: unknown[] | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #callbacks: Callback[] = [];

  constructor(res: ServerResponse, maxBytes: Bytes) {
    this.#res = res;
    this.#maxBytes = maxBytes;
    const { writeHead, write, end, flushHeaders } = res as unknown as Record<string, Method>;
    this.#original = { writeHead: writeHead!, write: write!, end: end!, flushHeaders: flushHeaders! };
    this.#outer = new Map(Object.entries(res.getHeaders()).map(([name, value]) => [name, value!]));
    Object.assign(res, {
      writeHead: (...args: unknown[]) => this.#writeHead(args),
      write: (...args: unknown[]) => this.#write(args),
      end: (...args: unknown[]) => this.#end(args),
      flushHeaders: () => (this.#state === 'passing' ? this.#call('flushHeaders', []) : this.#implicitHead()),
    });
    // Hosts ask these whether somebody has answered.
    Object.defineProperty(res, 'headersSent', { configurable: true, get: () => this.#head !== undefined });
    Object.defineProperty(res, 'writableEnded', { configurable: true, get: () => this.#state === 'ended' });
  }

  /** Whether the client is getting it already. */
  get passing(): boolean {
    return this.#state === 'passing';
  }

  /** Lets through what was kept back, and all that comes. */
  release(): void {
    if (this.#state === 'passing') return;
    const ended = this.#state === 'ended';
    this.#pass();
    if (this.#head !== undefined) this.#call('writeHead', this.#head);
    const chunks = this.#chunks;
    this.#chunks = [];
    if (ended) this.#call('end', [Buffer.concat(chunks)]);
    else for (const chunk of chunks) this.#call('write', [chunk]);
    this.#confirm();
  }

  /** Forgets what was kept back and puts the fields as they were, for another answer. */
  discard(): void {
    if (this.#state === 'passing') return;
    this.#pass();
    this.#chunks = [];
    for (const name of this.#res.getHeaderNames()) if (!this.#outer.has(name)) this.#res.removeHeader(name);
    for (const [name, value] of this.#outer) this.#res.setHeader(name, value as string);
    this.#res.statusCode = 200;
    this.#res.statusMessage = '';
    this.#confirm();
  }

  #pass(): void {
    this.#state = 'passing';
    const res = this.#res as unknown as Record<string, unknown>;
    delete res.headersSent;
    delete res.writableEnded;
  }

  #writeHead(args: unknown[]): unknown {
    if (this.#state === 'passing') return this.#call('writeHead', args);
    this.#head ??= args;
    return this.#res;
  }

  /** As Node does before the first byte; goes through whatever has wrapped `writeHead` after us. */
  #implicitHead(): void {
    if (this.#head === undefined) this.#res.writeHead(this.#res.statusCode);
  }

  #write(args: unknown[]): unknown {
    if (this.#state === 'passing') return this.#call('write', args);
    if (this.#state === 'ended') return false;
    this.#implicitHead();
    this.#keep(args);
    return true;
  }

  #end(args: unknown[]): unknown {
    if (this.#state === 'passing') return this.#call('end', args);
    if (this.#state === 'ended') return this.#res;
    this.#implicitHead();
    this.#keep(args);
    if (this.passing) return this.#call('end', []);
    this.#state = 'ended';
    return this.#res;
  }

  #keep(args: unknown[]): void {
    const [chunk, encoding] = args;
    const callback = args.find((one) => typeof one === 'function') as Callback | undefined;
    if (callback !== undefined) this.#callbacks.push(callback);
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const copy =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk);
    this.#chunks.push(copy);
    this.#bytes += copy.length;
    if (this.#bytes > this.#maxBytes) this.release();
  }

  #confirm(): void {
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) queueMicrotask(() => callback());
  }

  #call(name: Held, args: unknown[]): unknown {
    return Reflect.apply(this.#original[name], this.#res, args);
  }
}
