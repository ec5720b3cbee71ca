import type { Context } from '@spark-perf/core';

/**
 * What to ask a server for: the raw target, byte for byte, with the mount's prefix cut off. Of an absolute-form target
 * only path and query count: it never chooses the host. Undefined for a target in no form that can be relayed.
 */
export function requestPath(ctx: Context): string | undefined {
  const { url = '/' } = ctx.req;
  let path = url;
  if (url.charCodeAt(0) !== 0x2f) {
    if (url === '*') return '*';
    const origin = /^https?:\/\/[^/?#]*/i.exec(url);
    if (origin === null) return undefined;
    path = url.slice(origin[0].length);
    if (path.charCodeAt(0) !== 0x2f) path = `/${path}`;
  }
  const { mountpath, originalUrl } = ctx;
  // A host that has cut `req.url` itself (Express, Connect) shows the whole target in `originalUrl`.
  if (mountpath === undefined || mountpath.length < 2 || (originalUrl !== undefined && originalUrl !== url))
    return path;
  return withoutPrefix(path, mountpath, ctx.path);
}

function withoutPrefix(path: string, mountpath: string, inner: string): string {
  const prefix = mountpath.endsWith('/') ? mountpath.slice(0, -1) : mountpath;
  if (!path.startsWith(prefix)) {
    // The host knows prefixes spelled otherwise (`/API`, `/%61pi`): what it left of the path is the end of ours.
    const query = path.indexOf('?');
    const pathname = query === -1 ? path : path.slice(0, query);
    return pathname.endsWith(inner) ? path.slice(pathname.length - inner.length) : path;
  }
  const next = path.charCodeAt(prefix.length);
  if (path.length === prefix.length) return '/';
  if (next === 0x2f) return path.slice(prefix.length);
  return next === 0x3f ? `/${path.slice(prefix.length)}` : path;
}
