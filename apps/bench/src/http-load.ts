import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A load on one server: keep-alive connections, each of which asks again as soon as it was answered. */
export interface LoadOptions {
  readonly port: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** @default / */
  readonly path?: string;
  /** Asks these in turn instead of `path`. */
  readonly paths?: readonly string[];
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A text in `body` that makes way for a number of the same length, another one in each request. */
  readonly unique?: string;
  /** @default 50 */
  readonly connections?: number;
  /** Requests on the way per connection. @default 1 */
  readonly pipelining?: number;
  /** How long the load lasts, in ms. */
  readonly duration: number;
}

export interface LoadResult {
  /** Answered requests per second. */
  readonly rps: number;
  readonly requests: number;
  /** Connections that broke before their answer. */
  readonly errors: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers other than 2xx and 3xx. */
  readonly non2xx: number;
  /** Body and head bytes received. */
  readonly bytes: number;
  /** In ms. */
  readonly latency: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
  };
}

/** Puts a load on a server from a second process, which does nothing else. */
export async function loadHttp(options: LoadOptions): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL('./load-client.js', import.meta.url)), { execArgv: [] });
  const deadline = setTimeout(() => child.kill('SIGKILL'), options.duration + 30_000);
  try {
    child.send(options);
    const result = await Promise.race([
      once(child, 'message').then(([message]) => message as LoadResult),
      once(child, 'exit').then(([code, signal]) => {
        throw new Error(`The load client ended (${signal ?? code})`);
      }),
    ]);
    return result;
  } finally {
    clearTimeout(deadline);
    child.kill('SIGKILL');
  }
}
