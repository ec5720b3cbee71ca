import type { Request } from 'express';

/** The matched pattern behind the prefix it is mounted at; `undefined` until a route has matched. */
export function fullRoute(req: Request): string | undefined {
  const path = (req.route as { path?: unknown } | undefined)?.path;
  if (path === undefined) return undefined;
  const first: unknown = Array.isArray(path) ? path[0] : path;
  if (typeof first !== 'string') return String(first); // a regular expression
  return `${req.baseUrl}${first}` || '/';
}
