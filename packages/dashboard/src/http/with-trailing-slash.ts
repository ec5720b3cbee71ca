import type { Context } from '@spark-perf/core';

/**
 * Where a browser must go so that the page's relative URLs are right: `admin/` from `…/admin`. `undefined` when it is
 * there. Relative itself, it holds behind every proxy; it begins with `./`, so that no name can be taken for a host.
 */
export function withTrailingSlash({ originalUrl, req }: Context): string | undefined {
  const [path = '/', query] = (originalUrl ?? req.url ?? '/').split('?', 2);
  if (path.endsWith('/')) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `./${name}/${query === undefined ? '' : `?${query}`}`;
}
