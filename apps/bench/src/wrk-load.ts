import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { locateBinary } from '@spark-perf/test-services';
import type { LoadOptions } from './http-load.js';

/** Whether `wrk` is installed: it asks about twice as fast as the load client in JavaScript. */
export const hasWrk = (): boolean => locateBinary('wrk') !== undefined;

/** What `wrk` counted. */
export interface WrkResult {
  readonly rps: number;
  /** Answers in all: it loads for whole seconds, whatever was asked. */
  readonly requests: number;
  readonly errors: number;
  readonly non2xx: number;
}

/** Puts a load of GET requests on a server with `wrk`, one thread. */
export async function wrkLoad(options: LoadOptions): Promise<WrkResult> {
  const wrk = locateBinary('wrk');
  if (wrk === undefined) throw new Error('wrk is not installed (Debian package: wrk)');
  const fields = Object.entries(options.headers ?? {}).flatMap(([name, value]) => [
    '-H',
    `${name}: ${value}`,
  ]);
  const seconds = Math.max(1, Math.round(options.duration / 1_000));
  const { stdout } = await promisify(execFile)(
    wrk,
    [
      ...['-t1', `-c${options.connections ?? 50}`, `-d${seconds}s`, ...fields],
      `http://${options.host ?? '127.0.0.1'}:${options.port}${options.path ?? '/'}`,
    ],
    { timeout: options.duration + 30_000 },
  );
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout) ?? [];
  return {
    rps: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? NaN),
    requests: Number(/(\d+) requests in/.exec(stdout)?.[1] ?? NaN),
    errors: sockets.slice(1).reduce((sum, count) => sum + Number(count), 0),
    non2xx: Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0),
  };
}
