import { waitFor } from '@spark-perf/test-services';
import type { Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A client at the level of bytes. */
export class RawClient {
  text = '';
  closed = false;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (this.text += chunk));
    socket.on('error', () => {});
    socket.on('close', () => (this.closed = true));
  }

  static async open(port: number, tls: boolean): Promise<RawClient> {
    const socket = tls
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connectTcp(port, '127.0.0.1');
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => {
      socket.once(tls ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  /** Stops reading, as a slow reader does. */
  pause(): void {
    this.#socket.pause();
  }

  /** Waits for `part`, and gives what came since the last time. */
  async reads(part: string | RegExp): Promise<string> {
    await waitFor(() => (typeof part === 'string' ? this.text.includes(part) : part.test(this.text)), {
      message: `${String(part)} in ${JSON.stringify(this.text.slice(0, 300))}`,
    });
    const text = this.text;
    this.text = '';
    return text;
  }

  async isClosed(): Promise<void> {
    await waitFor(() => this.closed, { message: 'the connection is closed' });
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

export const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
