import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import type { Context } from '../src/index.js';

export interface Host {
  readonly port: number;
  readonly server: http.Server;
  /** One exchange on a connection of its own; resolves to everything received until the server closes it. */
  raw(request: string): Promise<string>;
  get(
    path: string,
    options?: http.RequestOptions,
  ): Promise<{ status: number; headers: http.IncomingHttpHeaders; rawHeaders: string[]; body: Buffer }>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A bare node:http host with the least context that core's middlewares need. */
export async function httpHost(handle: (ctx: Context) => unknown): Promise<Host> {
  const server = http.createServer((req, res) => {
    void Promise.resolve(handle(contextOf(req, res))).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    raw: (request) =>
      new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1', () => socket.end(request));
        const chunks: Buffer[] = [];
        socket
          .on('data', (chunk) => chunks.push(chunk))
          .on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
        socket.on('error', reject);
      }),
    get: (path, options = {}) =>
      new Promise((resolve, reject) => {
        http
          .request({ port, host: '127.0.0.1', path, agent: false, ...options }, (res) => {
            const chunks: Buffer[] = [];
            res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
            res.on('end', () =>
              resolve({
                status: res.statusCode!,
                headers: res.headers,
                rawHeaders: res.rawHeaders,
                body: Buffer.concat(chunks),
              }),
            );
          })
          .on('error', reject)
          .end();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function contextOf(req: http.IncomingMessage, res: http.ServerResponse): Context {
  const url = new URL(req.url ?? '/', 'http://host');
  return {
    req,
    res,
    method: req.method ?? 'GET',
    path: url.pathname,
    query: {},
    headers: req.headers,
    params: {},
    body: null,
    state: {},
    statusCode: 200,
    responded: false,
    ip: req.socket.remoteAddress ?? '',
    get: (name) => req.headers[name.toLowerCase()] as string | undefined,
    set: (name, value) => res.setHeader(name, value),
    status(code) {
      this.statusCode = code;
      return this;
    },
    json(data) {
      return this.send(JSON.stringify(data));
    },
    send(data) {
      this.responded = true;
      res.statusCode = this.statusCode;
      return res.end(data);
    },
  };
}
