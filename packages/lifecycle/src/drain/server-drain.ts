import type { Clock, Logger, Milliseconds, Timer } from '@spark-perf/core';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Connection, ConnectionState } from './connection.js';
import type { ConnectionListener } from './connection-tracker.js';
import { ConnectionTracker } from './connection-tracker.js';
import type { ResolvedServerOptions } from './server-options.js';

/** What the drain of one server destroyed at its deadline. */
export interface DrainOutcome {
  readonly destroyed: number;
  readonly cut: number;
}

type DrainState =
  | { readonly name: 'serving' }
  | {
      readonly name: 'draining';
      readonly lingering: Map<Connection, Timer>;
      readonly finish: (outcome: DrainOutcome) => void;
      stopped: boolean;
    }
  | { readonly name: 'drained' };

const NOTHING_CUT: DrainOutcome = Object.freeze({ destroyed: 0, cut: 0 });

/**
 * Drains one server without dropping a request. It stops listening but keeps idle sockets: a client may be sending on
 * one this very moment. Each response from then on says `Connection: close`, so every busy client leaves by itself
 * after one last answer; who says nothing for `linger` is closed, whoever is left at the deadline is destroyed.
 */
export class ServerDrain implements ConnectionListener {
  readonly #server: HttpServer;
  readonly #options: ResolvedServerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tracker: ConnectionTracker;
  #state: DrainState = { name: 'serving' };

  constructor(server: HttpServer, options: ResolvedServerOptions, clock: Clock, logger: Logger) {
    this.#server = server;
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#tracker = new ConnectionTracker(server, this);
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  connections(): Record<ConnectionState['name'], number> {
    return this.#tracker.count();
  }

  /** Resolves when no connection is left, `timeout` later at the latest. Never rejects. Call it once. */
  drain(timeout: Milliseconds): Promise<DrainOutcome> {
    return new Promise((resolve) => {
      const deadline = this.#clock.setTimeout(() => this.#destroyRest(), timeout, { ref: true });
      const lingering = new Map<Connection, Timer>();
      const finish = (outcome: DrainOutcome): void => {
        this.#state = { name: 'drained' };
        deadline.cancel();
        for (const timer of lingering.values()) timer.cancel();
        resolve(outcome);
      };
      this.#state = { name: 'draining', lingering, finish, stopped: false };
      this.#stopListening();
      // A start that was under way when the signal came.
      this.#server.on('listening', () => this.#stopListening());
      for (const connection of this.#tracker.connections.values()) this.#prepare(connection);
    });
  }

  /** Forgets the server without draining it. */
  detach(): void {
    this.#tracker.detach();
  }

  onRequest(connection: Connection, response: ServerResponse, previous: ConnectionState): void {
    if (this.#state.name === 'serving') return;
    this.#stopLingering(connection);
    // A pipelining client: the connection must outlive the answers before the last one.
    if (previous.name === 'active' && !previous.response.headersSent)
      previous.response.removeHeader('Connection');
    if (!response.headersSent) response.setHeader('Connection', 'close');
  }

  onIdle(connection: Connection): void {
    if (this.#state.name === 'draining') this.#linger(connection);
  }

  onUpgrade(connection: Connection, request: IncomingMessage): void {
    if (this.#state.name === 'serving') return;
    this.#stopLingering(connection);
    this.#sayGoodbye(connection, request);
  }

  onClose(): void {
    this.#finishIfEmpty();
  }

  /** Not the HTTP server's own `close`: that one kills idle sockets, and the requests on their way to them. */
  #stopListening(): void {
    NetServer.prototype.close.call(this.#server, () => {
      // No connection is left, also none that was accepted before we watched; or it was not listening at all.
      if (this.#state.name !== 'draining') return;
      this.#state.stopped = true;
      this.#finishIfEmpty();
    });
  }

  #prepare(connection: Connection): void {
    const { state } = connection;
    switch (state.name) {
      case 'unused':
        return;
      case 'active':
        if (!state.response.headersSent) state.response.setHeader('Connection', 'close');
        return;
      case 'idle':
        return this.#linger(connection);
      case 'upgraded':
        return this.#sayGoodbye(connection, state.request);
    }
  }

  #linger(connection: Connection): void {
    if (this.#state.name !== 'draining') return;
    const { lingering } = this.#state;
    const close = (): void => {
      lingering.delete(connection);
      const { state, socket } = connection;
      if (state.name === 'idle' && socket.bytesRead === state.bytesRead) socket.destroySoon();
    };
    // One turn of the event loop more, so that bytes which arrived while it was busy count.
    const timer = this.#clock.setTimeout(() => setImmediate(close), this.#options.linger, { ref: true });
    lingering.set(connection, timer);
  }

  #stopLingering(connection: Connection): void {
    if (this.#state.name !== 'draining') return;
    this.#state.lingering.get(connection)?.cancel();
    this.#state.lingering.delete(connection);
  }

  #sayGoodbye(connection: Connection, request: IncomingMessage): void {
    const report = (error: unknown): void => this.#logger.error('closeUpgraded failed', error);
    try {
      const result = this.#options.closeUpgraded?.(connection.socket, request);
      if (result instanceof Promise) result.catch(report);
    } catch (error) {
      report(error);
    }
  }

  #finishIfEmpty(): void {
    if (this.#state.name === 'draining' && this.#state.stopped && this.#tracker.size === 0) {
      this.#state.finish(NOTHING_CUT);
    }
  }

  #destroyRest(): void {
    if (this.#state.name !== 'draining') return;
    const { finish } = this.#state;
    let cut = 0;
    for (const { state } of this.#tracker.connections.values()) {
      if (state.name === 'active') cut += state.requests;
    }
    finish({ destroyed: this.#tracker.size, cut });
    // Those accepted before we watched are known to the server alone.
    this.#server.closeAllConnections();
    this.#tracker.destroyAll();
  }
}
