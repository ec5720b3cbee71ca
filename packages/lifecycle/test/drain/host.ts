import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { ResourceManager } from '../../src/index.js';
import type { DrainReport } from '../../src/index.js';
import { RawClient } from './raw-client.js';

const pem = (name: string) => readFileSync(path.join(__dirname, '../fixtures/tls', name));

/** A server under a manager on a manual clock: lingers and deadlines pass when the test says so. */
export class DrainHost {
  readonly clock = new ManualClock();
  readonly resources = new ResourceManager({ signals: false, exit: false, clock: this.clock });
  readonly server: Server;
  readonly held: (() => void)[] = [];
  readonly upgrades: Socket[] = [];
  readonly reports: DrainReport[] = [];
  readonly clients: RawClient[] = [];
  readonly accepted: Socket[] = [];
  requests = 0;
  readonly #tls: boolean;

  constructor(tls: boolean) {
    this.#tls = tls;
    const handler: RequestListener = (req, res) => this.#answer(req, res);
    this.server = tls
      ? createTlsServer({ key: pem('key.pem'), cert: pem('cert.pem') }, handler)
      : createServer(handler);
    this.server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.accepted.push(socket));
    // Real timers of Node must not close what the test looks at.
    this.server.keepAliveTimeout = 60_000;
    this.resources.on('drained', (report) => this.reports.push(report));
  }

  readonly #answer: RequestListener = (req, res) => {
    this.requests += 1;
    const body = `answer to ${req.url}`;
    if (req.url?.startsWith('/held')) this.held.push(() => res.end(body));
    else if (req.url === '/stream') {
      res.writeHead(200, { 'Content-Length': 8 });
      res.write('half');
      this.held.push(() => res.end('done'));
    } else if (req.url === '/endless') res.write('y'.repeat(20_000_000));
    else res.end(body);
  };

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async listen(options: Parameters<ResourceManager['server']>[1] = {}, upgrade = false): Promise<void> {
    this.resources.server(this.server, { linger: 300, timeout: 10_000, ...options });
    if (upgrade) {
      this.server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
        this.upgrades.push(socket);
        socket.on('error', () => {});
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      });
    }
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async client(): Promise<RawClient> {
    const accepted = this.counted();
    const client = await RawClient.open(this.port, this.#tls);
    this.clients.push(client);
    await waitFor(() => this.counted() > accepted);
    return client;
  }

  /** Bytes that have reached the server. */
  bytesRead(): number {
    return this.accepted.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  counted(): number {
    return Object.values(this.stats()).reduce((sum, one) => sum + one, 0);
  }

  stats() {
    return (
      this.resources.getStats().servers[0]?.connections ?? { unused: 0, active: 0, idle: 0, upgraded: 0 }
    );
  }

  /** Begins the shutdown and waits until the server has stopped listening. */
  async drain() {
    const state = { over: false, code: undefined as string | undefined };
    const done = this.resources.shutdown('test').then(({ errors }) => {
      state.over = true;
      state.code = (errors?.errors[0] as { code?: string } | undefined)?.code;
    });
    await waitFor(() => !this.server.listening);
    return { state, done };
  }

  async dispose(): Promise<void> {
    for (const client of this.clients) client.destroy();
    this.server.closeAllConnections();
    for (const socket of this.upgrades) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
