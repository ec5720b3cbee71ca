import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionState } from './connection.js';
import { Connection } from './connection.js';
import { shadowListener } from './shadow-listener.js';

/** What a tracker tells of its connections. */
export interface ConnectionListener {
  /** A request has arrived; the connection is `active`, `previous` is what it was. */
  onRequest(connection: Connection, response: ServerResponse, previous: ConnectionState): void;
  onIdle(connection: Connection): void;
  onUpgrade(connection: Connection, request: IncomingMessage): void;
  onClose(): void;
}

/**
 * Knows every connection of a server and what it is doing. Costs a request one listener, one lookup at each end and a
 * small object.
 */
export class ConnectionTracker {
  readonly connections = new Map<Socket, Connection>();
  /** TCP sockets below TLS: they close with theirs, and a client that never shakes hands has only them. */
  readonly #rawSockets = new Set<Socket>();
  readonly #listener: ConnectionListener;
  readonly #detach: (() => void)[] = [];

  constructor(server: HttpServer, listener: ConnectionListener) {
    this.#listener = listener;
    const isTls = 'setSecureContext' in server;
    const on = (event: string, fn: (...args: never[]) => void): void => {
      server.prependListener(event, fn as () => void);
      this.#detach.push(() => server.off(event, fn as () => void));
    };
    if (isTls) {
      on('connection', (socket: Socket) => this.#addRaw(socket));
      on('secureConnection', (socket: Socket) => void this.#connectionOf(socket));
    } else {
      on('connection', (socket: Socket) => void this.#connectionOf(socket));
    }
    const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
      this.#onRequest(request, response);
    const onUpgrade = (request: IncomingMessage): void => this.#onUpgrade(request);
    on('request', onRequest);
    for (const event of ['checkContinue', 'checkExpectation'])
      this.#detach.push(shadowListener(server, event, onRequest));
    for (const event of ['upgrade', 'connect']) this.#detach.push(shadowListener(server, event, onUpgrade));
  }

  get size(): number {
    return this.connections.size + this.#rawSockets.size;
  }

  count(): Record<ConnectionState['name'], number> {
    const counts = { unused: 0, active: 0, idle: 0, upgraded: 0 };
    for (const { state } of this.connections.values()) counts[state.name] += 1;
    return counts;
  }

  destroyAll(): void {
    for (const socket of [...this.connections.keys(), ...this.#rawSockets]) socket.destroy();
  }

  /** Stops watching the server. */
  detach(): void {
    for (const off of this.#detach.splice(0)) off();
  }

  #connectionOf(socket: Socket): Connection {
    let connection = this.connections.get(socket);
    if (connection === undefined) {
      connection = new Connection(socket);
      this.connections.set(socket, connection);
      socket.once('close', () => {
        this.connections.delete(socket);
        this.#listener.onClose();
      });
    }
    return connection;
  }

  #addRaw(socket: Socket): void {
    this.#rawSockets.add(socket);
    socket.once('close', () => {
      this.#rawSockets.delete(socket);
      this.#listener.onClose();
    });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connectionOf(request.socket);
    const previous = connection.state;
    connection.begin(response);
    response.on('close', this.#onResponseClose);
    this.#listener.onRequest(connection, response, previous);
  }

  /** One function for all responses: `this` is the response. */
  readonly #onResponseClose = ((tracker: ConnectionTracker) =>
    function (this: ServerResponse): void {
      const connection = tracker.connections.get(this.req.socket);
      if (connection?.end() === true) tracker.#listener.onIdle(connection);
    })(this);

  #onUpgrade(request: IncomingMessage): void {
    const connection = this.#connectionOf(request.socket);
    connection.upgrade(request);
    this.#listener.onUpgrade(connection, request);
  }
}
