import { createHash, createHmac } from 'node:crypto';
import type { Context, TrustCheck } from '@spark-perf/core';
import { clientIp } from '@spark-perf/core';
import { InvalidScopeError } from './errors.js';

/** Says who is asking. `undefined` and `null` leave it to the default. */
export type ScopeFunction = (ctx: Context) => unknown;

/**
 * Who is asking: what the user's function says, else `ctx.user.id`, else a hash of the credentials that the request
 * carries, else the client's address. `undefined` when there is none of them: there is nothing to keep clients apart
 * by, and such a request must not be deduplicated.
 */
export function scopeOf(
  ctx: Context,
  custom: ScopeFunction | undefined,
  secret: string | undefined,
  trust: TrustCheck | undefined,
): string | undefined | Promise<string | undefined> {
  const fallback = (): string | undefined => defaultScope(ctx, secret, trust);
  if (custom === undefined) return fallback();
  const told = custom(ctx);
  if (told instanceof Promise) return told.then((value: unknown) => named(value, 's', custom) ?? fallback());
  return named(told, 's', custom) ?? fallback();
}

function defaultScope(
  ctx: Context,
  secret: string | undefined,
  trust: TrustCheck | undefined,
): string | undefined {
  const user = named(ctx.user?.id, 'u', undefined);
  if (user !== undefined) return user;
  const { authorization, cookie } = ctx.req.headers;
  if (authorization !== undefined || cookie !== undefined) {
    const text = JSON.stringify([authorization ?? null, cookie ?? null]);
    const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
    return `c${hash.update(text).digest('base64url')}`;
  }
  const address = clientIp(ctx, trust);
  return address === undefined ? undefined : `i${address}`;
}

/** The type is part of the name: user 1 and user "1" may be two. */
function named(value: unknown, prefix: string, source: ScopeFunction | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return `${prefix}s${value}`;
  if (typeof value === 'number' && Number.isFinite(value)) return `${prefix}n${value}`;
  if (typeof value === 'bigint') return `${prefix}b${value}`;
  // An object with an id of its own kind (an ObjectId): its text, if it has one.
  const text = typeof value === 'object' && source === undefined ? stringForm(value) : undefined;
  if (text !== undefined) return `${prefix}o${text}`;
  throw new InvalidScopeError(source?.name ?? 'ctx.user.id', value);
}

function stringForm(value: object): string | undefined {
  if (typeof (value as { toHexString?: unknown }).toHexString !== 'function') return undefined;
  const text = String((value as { toHexString: () => unknown }).toHexString());
  return text === '' ? undefined : text;
}
