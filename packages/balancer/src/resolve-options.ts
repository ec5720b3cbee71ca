import type { Milliseconds, TrustCheck } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  enumOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  randomOption,
  ratioOption,
  silentLogger,
  trustCheck,
} from '@spark-perf/core';
import { resolveHealthCheckOptions } from './health/health-check-options.js';
import { OUTLIER_DEFAULTS, resolveOutlierOptions } from './health/outlier-options.js';
import type { SlowStartOptions } from './health/slow-start.js';
import type { LoadBalancerOptions, QueueOptions, RetryOptions, TimeoutOptions } from './options.js';
import { createPicker } from './picking/create-picker.js';
import { StickyCookie } from './picking/sticky-cookie.js';
import { undiciTransport } from './transport/undici-transport.js';

export type ResolvedLoadBalancerOptions = ReturnType<typeof resolveLoadBalancerOptions>;

/** What the options are where nothing is given. */
export const LOAD_BALANCER_DEFAULTS = Object.freeze({
  algorithm: 'round-robin',
  sticky: false,
  healthCheckInterval: 30_000,
  healthCheckTimeout: 5_000,
  outlier: OUTLIER_DEFAULTS,
  maxEjectionRatio: 0.5,
  queue: Object.freeze({ limit: 1_000, timeout: 10_000 }),
  retry: Object.freeze({ budget: 0.2, minPerSecond: 3, attempts: Infinity }),
  retryOn: Object.freeze([] as number[]),
  retryBodyLimit: 65_536,
  timeouts: Object.freeze({ connect: 5_000, firstByte: 30_000, idle: 60_000, total: 0 }),
  preserveHost: false,
  forwarded: 'x-forwarded',
  via: false,
} as const);

const KNOWN = [
  ...Object.keys(LOAD_BALANCER_DEFAULTS),
  ...['hashKey', 'health', 'slowStart', 'beforeRequest', 'afterResponse', 'rewritePath', 'trustProxy'],
  ...['transport', 'logger', 'clock', 'random'],
];

/** @throws InvalidOptionError */
export function resolveLoadBalancerOptions(options: LoadBalancerOptions | undefined) {
  const given = optionsObject<LoadBalancerOptions>('options', options, KNOWN);
  const d = LOAD_BALANCER_DEFAULTS;
  const clock = clockOption(given.clock);
  const random = randomOption(given.random);
  const time = (name: 'healthCheckInterval' | 'healthCheckTimeout'): Milliseconds =>
    numberOption(name, given[name], d[name], { min: 1 });
  const interval = time('healthCheckInterval');
  const timeout = time('healthCheckTimeout');
  return {
    clock,
    random,
    picker: createPicker(given.algorithm ?? d.algorithm, random, given.hashKey),
    sticky:
      given.sticky === undefined || given.sticky === false
        ? undefined
        : new StickyCookie(given.sticky, clock),
    health: given.health === false ? undefined : resolveHealthCheckOptions(given.health, interval, timeout),
    outlier: given.outlier === false ? undefined : resolveOutlierOptions(given.outlier),
    maxEjectionRatio: ratioOption('maxEjectionRatio', given.maxEjectionRatio, d.maxEjectionRatio),
    slowStart: slowStart(given.slowStart),
    queue: queue(given.queue),
    retry: retry(given.retry),
    retryOn: retryOn(given.retryOn),
    retryBodyLimit: integerOption('retryBodyLimit', given.retryBodyLimit, d.retryBodyLimit),
    timeouts: timeouts(given.timeouts),
    beforeRequest: functionOption('beforeRequest', given.beforeRequest, undefined),
    afterResponse: functionOption('afterResponse', given.afterResponse, undefined),
    rewritePath: functionOption('rewritePath', given.rewritePath, undefined),
    preserveHost: booleanOption('preserveHost', given.preserveHost, d.preserveHost),
    forwarded: enumOption('forwarded', given.forwarded, d.forwarded, [
      'x-forwarded',
      'rfc7239',
      'both',
      false,
    ]),
    via: via(given.via),
    trust:
      given.trustProxy === undefined ? undefined : (trustCheck(given.trustProxy) as TrustCheck | undefined),
    transport: functionOption('transport', given.transport, undiciTransport),
    logger: given.logger ?? silentLogger,
  };
}

function via(value: unknown): string | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return 'spark';
  if (typeof value === 'string' && /^[\w.:[\]-]+$/.test(value)) return value;
  throw new InvalidOptionError('via', 'true, false or a host name or pseudonym', value);
}

function slowStart(options: SlowStartOptions | undefined): Required<SlowStartOptions> | undefined {
  if (options === undefined) return undefined;
  const given = optionsObject<SlowStartOptions>('slowStart', options, ['window', 'aggression', 'minWeight']);
  return {
    window: numberOption('slowStart.window', given.window, 30_000, { min: 1 }),
    aggression: numberOption('slowStart.aggression', given.aggression, 1, { min: 0.1, max: 10 }),
    minWeight: numberOption('slowStart.minWeight', given.minWeight, 0.1, { min: 0.001, max: 1 }),
  };
}

function queue(options: QueueOptions | undefined): { readonly [K in keyof Required<QueueOptions>]: number } {
  const d = LOAD_BALANCER_DEFAULTS.queue;
  const given = optionsObject<QueueOptions>('queue', options, Object.keys(d));
  return {
    limit: integerOption('queue.limit', given.limit, d.limit),
    timeout: numberOption('queue.timeout', given.timeout, d.timeout, { min: 1 }),
  };
}

function retry(options: RetryOptions | undefined): { readonly [K in keyof Required<RetryOptions>]: number } {
  const d = LOAD_BALANCER_DEFAULTS.retry;
  const given = optionsObject<RetryOptions>('retry', options, Object.keys(d));
  return {
    budget: ratioOption('retry.budget', given.budget, d.budget),
    minPerSecond: integerOption('retry.minPerSecond', given.minPerSecond, d.minPerSecond),
    attempts: integerOption('retry.attempts', given.attempts, d.attempts, { min: 1, infinity: true }),
  };
}

function retryOn(list: unknown): ReadonlySet<number> {
  if (list === undefined) return new Set();
  if (!Array.isArray(list)) throw new InvalidOptionError('retryOn', 'a list of 502, 503 and 504', list);
  for (const status of list as unknown[]) {
    if (status !== 502 && status !== 503 && status !== 504)
      throw new InvalidOptionError('retryOn', 'a list of 502, 503 and 504', status);
  }
  return new Set(list as number[]);
}

function timeouts(options: TimeoutOptions | undefined): {
  readonly [K in keyof Required<TimeoutOptions>]: Milliseconds;
} {
  const d = LOAD_BALANCER_DEFAULTS.timeouts;
  const given = optionsObject<TimeoutOptions>('timeouts', options, Object.keys(d));
  const time = (name: keyof TimeoutOptions): Milliseconds =>
    numberOption(`timeouts.${name}`, given[name], d[name]);
  return { connect: time('connect'), firstByte: time('firstByte'), idle: time('idle'), total: time('total') };
}
