import type { Context, RequestTarget } from '@spark-perf/core';
import { requestTarget } from '@spark-perf/core';
import type { ResolvedHttpOptions } from './http-cache-options.js';

/**
 * The resource that a request asks for (RFC 9111, section 2): scheme, host, original path, canonical query, or what
 * `key` says. Fields such as `X-Forwarded-Host` are not looked at. `undefined`: not to be cached.
 */
export function resourceKey(ctx: Context, options: ResolvedHttpOptions): string | undefined {
  const own = options.key === undefined ? undefined : scalar(options.key(ctx));
  return own === undefined ? uriKey(ctx, requestTarget(ctx), options) : `k ${own}`;
}

/** What an answer is kept under: the resource, and what `varyBy` says. `undefined`: not to be cached. */
export function cacheKey(ctx: Context, options: ResolvedHttpOptions, resource: string): string | undefined {
  if (options.varyBy === undefined) return resource;
  const by = scalar(options.varyBy(ctx));
  // Nobody knows whose it is: then it is nobody's.
  return by === undefined ? undefined : `v ${by.length} ${by} ${resource}`;
}

/** The resource of a path and query on the host that a request has come to. */
export function uriKey(
  ctx: Context,
  { path, query }: RequestTarget,
  { host, ignoreQuery }: ResolvedHttpOptions,
): string | undefined {
  const authority = authorityOf(ctx, host);
  if (authority === undefined) return undefined;
  const kept = ignoreQuery.size === 0 || query === '' ? query : filtered(query, ignoreQuery);
  // A Host field may hold a slash, a path no space: `a/b` + `/c` is not `a` + `/b/c`.
  return kept === '' ? `${authority} ${path}` : `${authority} ${path}?${kept}`;
}

/** Scheme and host of the request as the key has them; `undefined` for a host that is not allowed. */
function authorityOf(ctx: Context, policy: ResolvedHttpOptions['host']): string | undefined {
  if (policy === 'ignore') return '';
  const host = (ctx.headers.host ?? '').toLowerCase();
  if (policy !== 'request' && !policy.has(host)) return undefined;
  const secure = (ctx.req.socket as { encrypted?: boolean } | undefined)?.encrypted === true;
  return `${secure ? 'https' : 'http'}://${host}`;
}

/** A canonical query without the pairs of these names, spelt as it spells them. */
function filtered(query: string, ignored: ReadonlySet<string>): string {
  return query
    .split('&')
    .filter((pair) => !ignored.has(pair.slice(0, pair.indexOf('='))))
    .join('&');
}

/** Type and value: 1 and '1' are two keys. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return `${typeof value} ${value}`;
  return undefined;
}
