import type { Dispatcher } from 'undici';
import { buildConnector } from 'undici';
import { UpstreamError } from '../errors.js';
import type { UpstreamTarget } from '../servers/server-options.js';
import { NodeExchanges } from './node-exchanges.js';
import { SLAB, SlabPool } from './slab-pool.js';
import type { LaneOwner } from './undici-exchange.js';
import { UndiciExchange } from './undici-exchange.js';
import { onRead, UndiciLane } from './undici-lane.js';
import type {
  TransportFactory,
  TransportOptions,
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
class UndiciTransport implements UpstreamTransport, LaneOwner {
  readonly #target: UpstreamTarget;
  readonly #connector: buildConnector.connector;
  readonly #node: NodeExchanges;
  readonly #slabs = new SlabPool();
  readonly #lanes = new Set<UndiciLane>();
  /** Connected and idle; the last one used is used next, so that the others can run out. */
  readonly #idle: UndiciLane[] = [];
  #destroyed = false;

  constructor(target: UpstreamTarget, options: TransportOptions) {
    this.#target = target;
    // What is read there is copied out before the next read, on whatever connection.
    const buffer = Buffer.allocUnsafeSlow(SLAB);
    this.#node = new NodeExchanges(target, options, buffer);
    this.#connector = buildConnector({
      ...target.tls,
      ...(target.socketPath === undefined ? {} : { socketPath: target.socketPath }),
      timeout: options.connectTimeout,
      onread: { buffer, callback: onRead },
    } as buildConnector.BuildOptions);
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): void {
    if (this.#destroyed) {
      handler.onError(new UpstreamError('connect', 'The server was removed'));
      return;
    }
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
    const lane = this.#idle.pop() ?? this.#connect();
    const exchange = new UndiciExchange(this, lane, handler);
    try {
      lane.client.dispatch(
        {
          path: request.path,
          method: request.method as Dispatcher.HttpMethod,
          headers: request.headers,
          body: request.body,
          // Else a client's `Host` would choose the name in the TLS handshake, and each change of it a new connection.
          servername: this.#target.hostname,
        } as Dispatcher.DispatchOptions,
        exchange as unknown as Dispatcher.DispatchHandler,
      );
    } catch (error) {
      exchange.onError(error as Error);
    }
  }

  destroy(): void {
    this.#destroyed = true;
    this.#node.destroy();
    for (const lane of this.#lanes) this.discard(lane);
  }

  giveBack(lane: UndiciLane): void {
    if (this.#destroyed) this.discard(lane);
    else if (this.#lanes.has(lane)) this.#idle.push(lane);
  }

  discard(lane: UndiciLane): void {
    if (!this.#lanes.delete(lane)) return;
    const index = this.#idle.lastIndexOf(lane);
    if (index !== -1) this.#idle.splice(index, 1);
    // Rejects for nobody: whoever was under way is told through its handler.
    lane.client.destroy().catch(() => {});
  }

  #connect(): UndiciLane {
    const lane = new UndiciLane(this.#target.origin, this.#connector, this.#slabs, (gone) => {
      if (this.#idle.includes(gone)) this.discard(gone);
    });
    this.#lanes.add(lane);
    return lane;
  }
}

/** @param target where the server listens */
export const undiciTransport: TransportFactory = (target, options) => new UndiciTransport(target, options);
