import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { Pool } from 'undici';
import type { UpstreamTarget } from '../servers/server-options.js';
import { NodeExchanges } from './node-exchanges.js';
import type {
  TransportFactory,
  TransportOptions,
  UpstreamHandler,
  UpstreamRequest,
  UpstreamTransport,
} from './upstream-transport.js';

/**
 * undici's `dispatch` with the handler that costs least, one request per connection at a time. What undici can't
 * carry goes over `node:http`: `Expect`, upgrades, request trailers, `*`; and HEAD, after which undici always closes
 * the connection.
 */
export class UndiciTransport implements UpstreamTransport {
  readonly #pool: Pool;
  readonly #node: NodeExchanges;

  constructor(target: UpstreamTarget, options: TransportOptions) {
    this.#node = new NodeExchanges(target, options);
    this.#pool = new Pool(target.origin, {
      connections: null, // how many at a time is the balancer's business
      pipelining: 1,
      // The balancer's own deadlines cost no timer per request.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        ...(target.tls as object | undefined),
        ...(target.socketPath === undefined ? {} : { socketPath: target.socketPath }),
        timeout: options.connectTimeout,
      },
    });
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
    const adapter = new DispatchAdapter(handler);
    try {
      this.#pool.dispatch(
        {
          path: request.path,
          method: request.method as Dispatcher.HttpMethod,
          headers: request.headers,
          body: request.body,
        },
        adapter as unknown as Dispatcher.DispatchHandler,
      );
    } catch (error) {
      adapter.onError(error as Error);
    }
  }

  destroy(): void {
    this.#node.destroy();
    // Rejects for nobody: whoever was under way has been told through its handler.
    this.#pool.destroy().catch(() => {});
  }
}

/** @param target where the server listens */
export const undiciTransport: TransportFactory = (target, options) => new UndiciTransport(target, options);

/** undici's handler in terms of ours. */
class DispatchAdapter {
  #done = false;

  constructor(readonly handler: UpstreamHandler) {}

  onConnect(abort: () => void): void {
    this.handler.onConnect(abort);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) {
      this.handler.onInformation(status, latin1(raw));
      return true;
    }
    this.handler.onHeaders(status, latin1(raw), resume, statusText);
    if (status === 304 && !this.#done) {
      // undici takes a Content-Length here for that of a body that never comes, and fails: the answer is complete now.
      this.#done = true;
      this.handler.onComplete([]);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    return this.#done || this.handler.onData(chunk);
  }

  onComplete(trailers: Buffer[] | null): void {
    if (this.#done) return;
    this.#done = true;
    this.handler.onComplete(latin1(trailers ?? []));
  }

  onUpgrade(_status: number, _headers: Buffer[], socket: Duplex): void {
    socket.destroy();
    this.onError(new Error('The server upgraded a request that had not asked for it'));
  }

  onError(error: Error): void {
    if (this.#done) return;
    this.#done = true;
    this.handler.onError(error);
  }
}

/** `latin1Slice` is what `toString('latin1')` calls, without the look-up of the encoding. */
function latin1(raw: readonly Buffer[]): string[] {
  const out = new Array<string>(raw.length);
  for (let i = 0; i < raw.length; i++) {
    out[i] = (raw[i] as Buffer & { latin1Slice(): string }).latin1Slice();
  }
  return out;
}
