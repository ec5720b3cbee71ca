import { createHash } from 'node:crypto';
import type { Context } from '@spark-perf/core';
import { clientIp } from '@spark-perf/core';
import { InvalidRateLimitKeyError } from './errors.js';
import { ipKey } from './ip-key.js';
import type { ResolvedRateLimiterOptions } from './resolve-options.js';

/**
 * Says what a request counts under: a non-empty string, a finite number, a bigint, or a promise of one. A function it
 * returns (`(ctx) => ctx.ip`, where the host's `ip` is a method) is called on the context.
 */
export type KeyGenerator<C extends Context = Context> = (ctx: C) => unknown;

/** Longer keys are hashed: a key is stored, sent and logged. In bytes. */
const MAX_KEY = 128;

/** The default generator: the client's address, IPv6 by its network. */
export function clientKey<C extends Context>(
  options: Pick<ResolvedRateLimiterOptions<C>, 'trust' | 'ipv6Subnet'>,
): KeyGenerator<C> {
  return function clientAddress(ctx) {
    const address = clientIp(ctx, options.trust);
    return address === undefined ? undefined : ipKey(address, options.ipv6Subnet);
  };
}

/** Calls the generator. @throws InvalidRateLimitKeyError */
export function requestKey<C extends Context>(generator: KeyGenerator<C>, ctx: C): string | Promise<string> {
  let value = generator(ctx);
  if (typeof value === 'function') value = (value as (this: C) => unknown).call(ctx);
  if (isPromise(value)) return value.then((settled) => toKey(generator, settled));
  return toKey(generator, value);
}

/** The form in which a key is counted. */
export function boundedKey(key: string): string {
  // A UTF-16 unit takes at most 3 bytes.
  return key.length * 3 <= MAX_KEY ? key : hashedIfLong(key);
}

function hashedIfLong(key: string): string {
  if (Buffer.byteLength(key) <= MAX_KEY) return key;
  return `sha256:${createHash('sha256').update(key).digest('base64url')}`;
}

function toKey<C extends Context>(generator: KeyGenerator<C>, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)))
    return String(value);
  throw new InvalidRateLimitKeyError(generator.name || 'anonymous', value);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
