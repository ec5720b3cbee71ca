import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '@spark-perf/core';
import type { CacheControl } from './cache-control.js';
import { parseCacheControl } from './cache-control.js';
import { cacheKey, resourceKey } from './cache-key.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';

const NO_DIRECTIVES: CacheControl = parseCacheControl('');

/** A request as the cache sees it. */
export interface HttpRequest {
  readonly ctx: Context;
  /** What its answer is kept under. */
  readonly key: string;
  /** The resource, where `varyBy` makes several keys of it. */
  readonly resource: string | undefined;
  readonly options: ResolvedHttpOptions;
  readonly directives: CacheControl;
  /** Whether it carries `Authorization` or `Cookie`, and `varyBy` does not tell whose it is. */
  readonly credentials: boolean;
}

/**
 * Reads what a request asks of caches; `undefined` for one without a key. `Pragma: no-cache` counts where there is no
 * `Cache-Control` (RFC 9111, 5.4).
 */
export function readRequest(
  ctx: Context,
  headers: IncomingHttpHeaders,
  options: ResolvedHttpOptions,
): HttpRequest | undefined {
  const resource = resourceKey(ctx, options);
  const key = resource === undefined ? undefined : cacheKey(ctx, options, resource);
  if (key === undefined) return undefined;
  let field = headers['cache-control'];
  if (field === undefined && headers.pragma?.toLowerCase().includes('no-cache') === true) field = 'no-cache';
  return {
    ctx,
    key,
    resource: options.varyBy === undefined ? undefined : resource,
    options,
    directives: field === undefined ? NO_DIRECTIVES : parseCacheControl(field),
    credentials:
      options.varyBy === undefined && (headers.authorization !== undefined || headers.cookie !== undefined),
  };
}

/** Whether a GET carries a body, which no key knows. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
