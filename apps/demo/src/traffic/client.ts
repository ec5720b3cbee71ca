import http from 'node:http';

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longest wait for an answer. */
const TIMEOUT = 20_000;

/** One client of the demo, on a loopback address of its own, so that the limiter tells it from the others. */
export class Client {
  readonly #port: number;
  readonly #address: string;
  readonly #agent: http.Agent;

  constructor(port: number, address: string, connections: number) {
    this.#port = port;
    this.#address = address;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Rejects when the connection breaks. */
  send({ method = 'GET', path, body, headers = {} }: Call): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: '127.0.0.1',
          port: this.#port,
          localAddress: this.#address,
          agent: this.#agent,
          method,
          path,
          timeout: TIMEOUT,
          headers: {
            ...(body === undefined
              ? {}
              : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in time'))).on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
