import type { Context, Next } from '@spark-perf/core';
import { captureResponse, requestTarget } from '@spark-perf/core';
import { authorityOf, cacheKey } from './cache-key.js';
import { fieldOf } from './header-list.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';

/**
 * Passes an unsafe request on. One that succeeds invalidates its URI, and those that `Location` and `Content-Location`
 * name on the same host (RFC 9111, section 4.4): when its head is known, and again when it is over, for a handler that
 * answers before it has done.
 */
export function passUnsafe(
  ctx: Context,
  next: Next,
  options: ResolvedHttpOptions,
  forget: (key: string) => void,
): unknown {
  let keys: readonly string[] = [];
  const capture = captureResponse(ctx.res, {
    maxBytes: 0,
    onHead: ({ status, headers }) => {
      if (status < 200 || status >= 400) return;
      keys = [
        ...new Set([
          ...ownKeys(ctx, options),
          ...named(ctx, options, fieldOf(headers, 'location')),
          ...named(ctx, options, fieldOf(headers, 'content-location')),
        ]),
      ];
      keys.forEach(forget);
    },
  });
  void capture.produced.then(() => keys.forEach(forget));
  return next();
}

function ownKeys(ctx: Context, options: ResolvedHttpOptions): readonly string[] {
  const key = cacheKey(ctx, options);
  return key === undefined ? [] : [key];
}

/** The key of a URI on the same host. With a key function nobody knows what it would say for another URI. */
function named(ctx: Context, options: ResolvedHttpOptions, reference: string | undefined): readonly string[] {
  if (reference === undefined || options.key !== undefined) return [];
  const authority = authorityOf(ctx, options.host);
  if (authority === undefined) return [];
  const host = ctx.headers.host ?? 'localhost';
  const base = `http://${host}`;
  let url: URL;
  try {
    url = new URL(reference, base + requestTarget(ctx).path);
    if (url.host !== new URL(base).host) return [];
  } catch {
    return [];
  }
  const target = Object.create(ctx, { originalUrl: { value: url.pathname + url.search } }) as Context;
  return ownKeys(target, options);
}
