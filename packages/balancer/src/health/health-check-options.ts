import type { Bytes, Milliseconds, Ratio } from '@spark-perf/core';
import {
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  ratioOption,
  stringOption,
} from '@spark-perf/core';

/** Whether an answer's body is that of a healthy server. */
export type BodyCheck = string | RegExp | ((body: string) => boolean);

export interface HealthCheckOptions {
  /** @default '/health' */
  readonly path?: string | undefined;
  /** @default 'GET' */
  readonly method?: string | undefined;
  /** The expected status, or several, or a function of it. @default any 2xx */
  readonly status?: number | readonly number[] | ((status: number) => boolean) | undefined;
  /** What the body must contain, match or satisfy. @default anything */
  readonly body?: BodyCheck | undefined;
  /** Passing checks in a row that end an ejection at once. From 1. @default 2 */
  readonly rise?: number | undefined;
  /** Failing checks in a row that eject. From 1. A server's very first check counts for all of them. @default 3 */
  readonly fall?: number | undefined;
  /** Share of the interval that chance may take off, so that checks spread. @default 0.1 */
  readonly jitter?: Ratio | undefined;
  /** Interval while a server is down or its checks disagree. @default a tenth of `healthCheckInterval`, at most 3,000 */
  readonly downInterval?: Milliseconds | undefined;
  /** A longer body fails the check. @default 65,536 */
  readonly maxBody?: Bytes | undefined;
}

export interface ResolvedHealthCheckOptions {
  readonly interval: Milliseconds;
  readonly timeout: Milliseconds;
  readonly path: string;
  readonly method: string;
  readonly isStatus: (status: number) => boolean;
  readonly isBody: ((body: string) => boolean) | undefined;
  readonly rise: number;
  readonly fall: number;
  readonly jitter: Ratio;
  readonly downInterval: Milliseconds;
  readonly maxBody: Bytes;
}

const KNOWN = [
  'path',
  'method',
  'status',
  'body',
  'rise',
  'fall',
  'jitter',
  'downInterval',
  'maxBody',
] as const;

/** @throws InvalidOptionError */
export function resolveHealthCheckOptions(
  options: HealthCheckOptions | undefined,
  interval: Milliseconds,
  timeout: Milliseconds,
): ResolvedHealthCheckOptions {
  const given = optionsObject<HealthCheckOptions>('health', options, KNOWN);
  const path = stringOption('health.path', given.path, '/health');
  if (!/^\/[!-~]*$/.test(path))
    throw new InvalidOptionError('health.path', 'a path that starts with /', path);
  const method = stringOption('health.method', given.method, 'GET');
  if (!/^[A-Z]+$/.test(method))
    throw new InvalidOptionError('health.method', 'a method in upper case', method);
  return {
    interval,
    timeout,
    path,
    method,
    isStatus: statusCheck(given.status),
    isBody: bodyCheck(given.body),
    rise: integerOption('health.rise', given.rise, 2, { min: 1 }),
    fall: integerOption('health.fall', given.fall, 3, { min: 1 }),
    jitter: ratioOption('health.jitter', given.jitter, 0.1),
    downInterval: numberOption('health.downInterval', given.downInterval, Math.min(3_000, interval / 10), {
      min: 1,
    }),
    maxBody: integerOption('health.maxBody', given.maxBody, 65_536),
  };
}

function statusCheck(status: HealthCheckOptions['status']): (status: number) => boolean {
  if (status === undefined) return (code) => code >= 200 && code < 300;
  if (typeof status === 'function') return status;
  const list: readonly unknown[] = Array.isArray(status) ? status : [status];
  for (const code of list) integerOption('health.status', code, 0, { min: 200, max: 599 });
  return (code) => list.includes(code);
}

function bodyCheck(body: unknown): ((body: string) => boolean) | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return (text) => text.includes(body);
  // A sticky or global expression would remember where it stopped.
  if (body instanceof RegExp) return (text) => text.search(body) !== -1;
  return functionOption('health.body', body as (body: string) => boolean, () => true);
}
