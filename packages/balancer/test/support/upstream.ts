import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A server of the test, which can go away and come back on its port. */
export class TestUpstream {
  requests = 0;
  #server: Server;
  readonly #tunnels = new Set<Duplex>();

  private constructor(
    readonly listener: RequestListener,
    public port: number,
  ) {
    this.#server = createServer();
  }

  static async start(listener: RequestListener): Promise<TestUpstream> {
    const upstream = new TestUpstream(listener, 0);
    await upstream.up();
    return upstream;
  }

  async up(): Promise<void> {
    this.#server = createServer((req, res) => {
      this.requests++;
      this.listener(req, res);
    });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Until it goes away. */
  on(event: 'upgrade', listener: (req: IncomingMessage, socket: Duplex, head: Buffer) => void): void {
    this.#server.on(event, (req: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#tunnels.add(socket);
      socket.on('error', () => {});
      listener(req, socket, head);
    });
  }

  /** Goes away at once, open connections included. */
  async down(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.#tunnels) socket.destroy();
    await closed;
  }
}
