import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';

/** One request as it came off the wire. */
export interface RawRequest {
  /** Request line and fields, without the empty line. */
  readonly head: string;
  readonly socket: Socket;
  /** All that came behind the head so far, framing included. */
  rest(): string;
}

/** A server that reads heads and leaves the rest to a case. */
export class RawUpstream {
  readonly requests: RawRequest[] = [];
  readonly sockets = new Set<Socket>();
  respond: (request: RawRequest) => void = ({ socket }) => socket.destroy();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
  }

  /** Listens on a free port of the loopback. */
  static start(): Promise<RawUpstream> {
    const server = createServer();
    const upstream = new RawUpstream(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: 0, host: '127.0.0.1' }, () => resolve(upstream));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Forgets the last case, its connections included. */
  reset(respond: (request: RawRequest) => void): void {
    this.requests.length = 0;
    this.respond = respond;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.sockets.add(socket);
    let buffer = '';
    let request: { head: string } | undefined;
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      const end = buffer.indexOf('\r\n\r\n');
      if (request !== undefined || end === -1) return;
      const head = buffer.slice(0, end);
      request = { head };
      buffer = buffer.slice(end + 4);
      const raw: RawRequest = { head, socket, rest: () => buffer };
      this.requests.push(raw);
      this.respond(raw);
    });
  }
}
