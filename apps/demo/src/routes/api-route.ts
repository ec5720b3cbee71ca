/** The API's patterns, by the paths that they match. */
const ROUTES: readonly (readonly [path: RegExp, route: string])[] = [
  [/^\/cities$/, '/cities'],
  [/^\/cities\/near$/, '/cities/near'],
  [/^\/cities\/[^/]+$/, '/cities/:id'],
  [/^\/countries\/[^/]+\/stats$/, '/countries/:code/stats'],
  [/^\/trips$/, '/trips'],
  [/^\/trips\/[^/]+$/, '/trips/:id'],
  [/^\/health$/, '/health'],
];

/** The API's pattern for a path: what profilers group by where no router has matched one. */
export function apiRoute(path: string): string | undefined {
  return ROUTES.find(([pattern]) => pattern.test(path))?.[1];
}
