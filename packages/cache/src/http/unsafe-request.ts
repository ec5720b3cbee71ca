import type { Context, Next, RequestTarget } from '@spark-perf/core';
import { canonicalQuery, captureResponse, requestTarget } from '@spark-perf/core';
import { resourceKey, uriKey } from './cache-key.js';
import { fieldOf } from './header-list.js';
import type { ResolvedHttpOptions } from './http-cache-options.js';

/** A resource, and the options of its path. */
export interface ChangedResource {
  readonly resource: string;
  readonly options: ResolvedHttpOptions;
}

/**
 * Passes an unsafe request on. One that succeeds invalidates its URI, and those that `Location` and `Content-Location`
 * name on the same host (RFC 9111, section 4.4): when its head is known, and again when it is over, for a handler that
 * answers before it has done.
 */
export function passUnsafe(
  ctx: Context,
  next: Next,
  optionsFor: (path: string) => ResolvedHttpOptions,
  forget: (changed: ChangedResource) => void,
): unknown {
  const changed = new Map<string, ChangedResource>();
  const capture = captureResponse(ctx.res, {
    maxBytes: 0,
    onHead: ({ status, headers }) => {
      if (status < 200 || status >= 400) return;
      const options = optionsFor(requestTarget(ctx).path);
      const own = resourceKey(ctx, options);
      if (own !== undefined) changed.set(own, { resource: own, options });
      for (const field of ['location', 'content-location']) {
        const named = namedResource(ctx, optionsFor, fieldOf(headers, field));
        if (named !== undefined) changed.set(named.resource, named);
      }
      changed.forEach(forget);
    },
  });
  void capture.produced.then(() => changed.forEach(forget));
  return next();
}

/** The resource of a URI on the same host. With a key function nobody knows what it would say for another URI. */
function namedResource(
  ctx: Context,
  optionsFor: (path: string) => ResolvedHttpOptions,
  reference: string | undefined,
): ChangedResource | undefined {
  if (reference === undefined) return undefined;
  const target = sameHost(ctx, reference);
  if (target === undefined) return undefined;
  const options = optionsFor(target.path);
  const resource = options.key === undefined ? uriKey(ctx, target, options) : undefined;
  return resource === undefined ? undefined : { resource, options };
}

/** The target that a reference means; `undefined` where it leads to another host, or nowhere. */
function sameHost(ctx: Context, reference: string): RequestTarget | undefined {
  const base = `http://${ctx.headers.host ?? 'localhost'}`;
  try {
    const { host, pathname, search } = new URL(reference, base + requestTarget(ctx).path);
    if (host !== new URL(base).host) return undefined;
    return { path: pathname, query: canonicalQuery(search.slice(1)) };
  } catch {
    return undefined;
  }
}
