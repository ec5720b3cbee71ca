import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Client } from 'undici';
import type { UpstreamTarget } from '../servers/server-options.js';
import { NodeExchanges } from './node-exchanges.js';
import type {
  TransportFactory,
  TransportOptions,
  UpstreamConnection,
  UpstreamHandler,
  UpstreamRequest,
  UpstreamTransport,
} from './upstream-transport.js';

/**
 * undici's `dispatch` with the handler that costs least, one `Client` per connection and one request at a time on it.
 * What undici can't carry goes over `node:http`: `Expect`, upgrades, request trailers, `*`; and HEAD, after which
 * undici always closes the connection.
 *
 * Not its `Pool`: after an aborted request that opens a new connection which nobody needs, and it looks through all
 * of its clients for each request.
 */
class UndiciTransport implements UpstreamTransport {
  readonly #target: UpstreamTarget;
  readonly #options: Client.Options;
  readonly #node: NodeExchanges;
  readonly #clients = new Set<Client>();
  /** Connected and idle; the last one used is used next, so that the others can run out. */
  readonly #idle: Client[] = [];
  #destroyed = false;

  constructor(target: UpstreamTarget, options: TransportOptions) {
    this.#target = target;
    this.#node = new NodeExchanges(target, options);
    this.#options = {
      pipelining: 1,
      // The balancer's own deadlines cost no timer per request.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        ...(target.tls as object | undefined),
        ...(target.socketPath === undefined ? {} : { socketPath: target.socketPath }),
        timeout: options.connectTimeout,
      },
    };
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): void {
    if (
      request.expectContinue ||
      request.upgrade !== undefined ||
      request.trailers !== undefined ||
      request.method === 'HEAD' ||
      request.path === '*'
    ) {
      this.#node.dispatch(request, handler);
      return;
    }
    const client = this.#idle.pop() ?? this.#connect();
    const exchange = new UndiciExchange(this, client, handler);
    try {
      client.dispatch(
        {
          path: request.path,
          method: request.method as Dispatcher.HttpMethod,
          headers: request.headers,
          body: request.body,
        },
        exchange as unknown as Dispatcher.DispatchHandler,
      );
    } catch (error) {
      exchange.onError(error as Error);
    }
  }

  destroy(): void {
    this.#destroyed = true;
    this.#node.destroy();
    for (const client of this.#clients) this.discard(client);
  }

  /** @internal A connection is free again. */
  giveBack(client: Client): void {
    if (this.#destroyed) this.discard(client);
    else if (this.#clients.has(client)) this.#idle.push(client);
  }

  /** @internal A connection is not to be used again. */
  discard(client: Client): void {
    if (!this.#clients.delete(client)) return;
    const index = this.#idle.lastIndexOf(client);
    if (index !== -1) this.#idle.splice(index, 1);
    // Rejects for nobody: whoever was under way is told through its handler.
    client.destroy().catch(() => {});
  }

  #connect(): Client {
    const client = new Client(this.#target.origin, this.#options);
    this.#clients.add(client);
    // An idle client whose connection has gone is an empty shell.
    client.on('disconnect', () => {
      if (this.#idle.includes(client)) this.discard(client);
    });
    return client;
  }
}

/** @param target where the server listens */
export const undiciTransport: TransportFactory = (target, options) => new UndiciTransport(target, options);

/** undici's handler in terms of ours. */
class UndiciExchange implements UpstreamConnection {
  readonly #transport: UndiciTransport;
  readonly #client: Client;
  readonly #handler: UpstreamHandler;
  #done = false;

  constructor(transport: UndiciTransport, client: Client, handler: UpstreamHandler) {
    this.#transport = transport;
    this.#client = client;
    this.#handler = handler;
  }

  abort(): void {
    if (this.#done) return;
    this.#done = true;
    this.#transport.discard(this.#client);
  }

  onConnect(): void {
    this.#handler.onConnect(this);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) {
      this.#handler.onInformation(status, latin1(raw));
      return true;
    }
    this.#handler.onHeaders(status, latin1(raw), resume, statusText);
    if (status === 304 && !this.#done && hasLength(raw)) {
      // undici takes a Content-Length here for that of a body that never comes, and fails: the answer is complete now.
      this.#done = true;
      this.#transport.discard(this.#client);
      this.#handler.onComplete([]);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    return this.#done || this.#handler.onData(chunk);
  }

  onComplete(trailers: Buffer[] | null): void {
    if (this.#done) return;
    this.#done = true;
    this.#transport.giveBack(this.#client);
    this.#handler.onComplete(trailers === null || trailers.length === 0 ? NONE : latin1(trailers));
  }

  onUpgrade(_status: number, _headers: Buffer[], socket: Duplex): void {
    socket.destroy();
    this.onError(new Error('The server upgraded a request that had not asked for it'));
  }

  onError(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.#transport.discard(this.#client);
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
