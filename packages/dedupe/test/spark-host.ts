import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Spark } from '@spark-perf/server';
import type { RequestDeduplicator } from '../src/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
}

export interface SparkHost {
  readonly app: Spark;
  /** Sends a request, a POST of `{}` in JSON unless told otherwise. */
  send(options?: RequestOptions): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A Spark application with the deduplicator in front of what `routes` adds. */
export async function sparkHost(
  dedupe: RequestDeduplicator,
  routes: (app: Spark) => void,
): Promise<SparkHost> {
  const app = new Spark();
  app.use(dedupe.middleware());
  routes(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    send: ({ method = 'POST', path = '/', headers = {}, body = '{}', signal } = {}) =>
      new Promise((resolve, reject) => {
        const request = http.request(
          {
            host: '127.0.0.1',
            port,
            method,
            path,
            agent: false,
            ...(signal === undefined ? {} : { signal }),
            headers: defined({
              Host: 'api.example',
              'Content-Type': 'application/json',
              'Content-Length': Buffer.byteLength(body),
              ...headers,
            }),
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
            response.on('end', () => {
              const { statusCode = 0, headers: fields, rawHeaders } = response;
              resolve({ status: statusCode, headers: fields, rawHeaders, body: Buffer.concat(chunks) });
            });
          },
        );
        request.on('error', reject).end(body);
      }),
    [Symbol.asyncDispose]: async () => {
      app.server.closeAllConnections();
      await app.close();
      await dedupe.close();
    },
  };
}

/** A gate that handlers wait at. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

function defined(headers: http.OutgoingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}
