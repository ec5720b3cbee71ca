import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import type { SparkOptions } from '../src/index.js';
import { Spark } from '../src/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: string[];
  readonly text: string;
  json(): unknown;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** An application on a real socket, and what a test asks of it. */
export class RunningApp {
  readonly app: Spark;
  readonly port: number;

  private constructor(app: Spark) {
    this.app = app;
    this.port = (app.server.address() as AddressInfo).port;
  }

  static async start(set: (app: Spark) => unknown, options: SparkOptions = {}): Promise<RunningApp> {
    const app = new Spark(options);
    set(app);
    await app.listen(0, '127.0.0.1');
    app.server.unref(); // a test that fails must not hang the run
    return new RunningApp(app);
  }

  ask(path: string, { body, ...options }: AskOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.request({ port: this.port, host: '127.0.0.1', path, agent: false, ...options });
      request.on('error', reject).on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            rawHeaders: response.rawHeaders,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      });
      request.end(body);
    });
  }

  /** Sends bytes as they are; resolves to all that comes until the server closes the connection. */
  raw(bytes: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.setEncoding('latin1');
      socket
        .on('data', (chunk: string) => (text += chunk))
        .on('error', () => {})
        .on('close', () => resolve(text));
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.app.close();
  }
}
