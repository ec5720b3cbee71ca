import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '@spark-perf/core';
import type { CacheControl } from './cache-control.js';
import { parseCacheControl } from './cache-control.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';

const NO_DIRECTIVES: CacheControl = parseCacheControl('');

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
export function readRequest(
  ctx: Context,
  headers: IncomingHttpHeaders,
  key: string,
  options: ResolvedHttpOptions,
): HttpRequest {
  let field = headers['cache-control'];
  if (field === undefined && headers.pragma?.toLowerCase().includes('no-cache') === true) field = 'no-cache';
  return {
    ctx,
    key,
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
