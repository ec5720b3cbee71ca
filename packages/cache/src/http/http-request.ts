import type { Context } from '@spark-perf/core';
import type { CacheControl } from './cache-control.js';
import { parseCacheControl } from './cache-control.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';

/** A request as the cache sees it. */
export interface HttpRequest {
  readonly ctx: Context;
  readonly key: string;
  readonly options: ResolvedHttpOptions;
  readonly directives: CacheControl;
  /** Whether it carries `Authorization` or `Cookie`, and `varyBy` does not tell whose it is. */
  readonly credentials: boolean;
}

/** Reads what a request asks of caches. `Pragma: no-cache` counts where there is no `Cache-Control` (RFC 9111, 5.4). */
export function readRequest(ctx: Context, key: string, options: ResolvedHttpOptions): HttpRequest {
  const { headers } = ctx;
  const field = headers['cache-control'];
  const legacy = field === undefined && headers.pragma?.toLowerCase().includes('no-cache') === true;
  return {
    ...{ ctx, key, options },
    directives: parseCacheControl(legacy ? 'no-cache' : field),
    credentials:
      options.varyBy === undefined && (headers.authorization !== undefined || headers.cookie !== undefined),
  };
}

/** Whether a GET carries a body, which no key knows. */
export function hasBody(ctx: Context): boolean {
  const { headers } = ctx;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
