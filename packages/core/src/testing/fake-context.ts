import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Context } from '../context.js';

export interface FakeContextOptions {
  /** @default GET */
  readonly method?: string;
  /** The raw request target. @default / */
  readonly url?: string;
  /** Request fields. A list repeats the field. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The parsed body. @default null */
  readonly body?: unknown;
  /** Bytes left unread in the request stream. @default none */
  readonly payload?: string | Buffer;
  /** The socket's peer. @default 192.0.2.1 */
  readonly remoteAddress?: string | undefined;
  /** What the host says of the client's address. @default a method that returns `remoteAddress` */
  readonly ip?: string | (() => string);
  readonly route?: string;
  readonly params?: Record<string, string>;
  readonly user?: { id?: unknown };
}

/** A context for unit tests: a real request and response on a socket that goes nowhere. */
export interface FakeContext extends Context {
  route?: string | undefined;
  /** What has been sent, as text, head included. */
  readonly sent: () => string;
  /** Closes the socket, as a client that leaves. */
  readonly abort: () => void;
}

/** A socket that keeps what is written to it. */
class SinkSocket extends Duplex {
  readonly chunks: Buffer[] = [];
  constructor(readonly remoteAddress: string | undefined) {
    super();
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    callback();
  }
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
}

/** Makes a context that answers as Spark's does: `json` and `send` end the response once. */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const { method = 'GET', url = '/', remoteAddress = '192.0.2.1' } = options;
  const socket = new SinkSocket('remoteAddress' in options ? options.remoteAddress : remoteAddress);
  const req = new IncomingMessage(socket as unknown as Socket);
  req.method = method;
  req.url = url;
  req.httpVersion = '1.1';
  req.httpVersionMajor = 1;
  req.httpVersionMinor = 1;
  for (const [name, values] of Object.entries(options.headers ?? {})) {
    for (const value of [values].flat() as string[]) {
      req.rawHeaders.push(name, value);
      const before = req.headers[name.toLowerCase()];
      req.headers[name.toLowerCase()] = before === undefined ? value : `${String(before)}, ${value}`;
    }
  }
  if (options.payload !== undefined) req.push(options.payload);
  req.push(null);
  req.complete = true;
  const res = new ServerResponse(req);
  res.assignSocket(socket as unknown as Socket);
  // Node's server destroys or reuses the socket and closes the response; here nobody else does.
  res.once('finish', () => process.nextTick(() => res.emit('close')));
  const [path = '/', search = ''] = url.split('?');

  const ctx: FakeContext = {
    req,
    res,
    method,
    path,
    originalUrl: url,
    query: queryOf(search),
    headers: req.headers,
    params: options.params ?? {},
    body: options.body ?? null,
    state: {},
    statusCode: 200,
    responded: false,
    ip: options.ip ?? (() => ('remoteAddress' in options ? (options.remoteAddress ?? '') : remoteAddress)),
    route: options.route,
    user: options.user,
    get: (name) => {
      const value = req.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    set(name, value) {
      res.setHeader(name, String(value));
      return this;
    },
    status(code) {
      this.statusCode = code;
      return this;
    },
    json(data) {
      if (this.responded) return this;
      res.setHeader('Content-Type', 'application/json; charset=utf-8');
      return this.send(JSON.stringify(data));
    },
    send(data) {
      if (this.responded) return this;
      this.responded = true;
      res.statusCode = this.statusCode;
      res.end(data);
      return this;
    },
    sent: () => Buffer.concat(socket.chunks).toString(),
    abort: () => {
      socket.destroy();
      res.destroy();
      req.destroy();
    },
  };
  return ctx;
}

function queryOf(search: string): Record<string, string | string[] | undefined> {
  const query = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(search)) {
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}
