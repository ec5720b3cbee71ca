import type { Request } from 'express';
import type { Layer, LayerMatch, Router } from './router-stack.js';
import { rootRouter } from './router-stack.js';

/** Prefixes kept per route; one that has more of them has parameters in them, and is looked up each time. */
const KEPT_PREFIXES = 16;
/** Texts that a prefix may have; a client chooses among them by case, and by what a regular expression lets through. */
const TEXTS_PER_LAYER = 8;
const MAX_DEPTH = 20;

/**
 * The pattern of the route that a request has reached, with the patterns of the routers around it. Express only keeps the
 * prefix as the client has sent it (`/users/42`): the routers are walked again to the route, and what was a parameter
 * there gets its name back. So there are no more patterns than the application has, whatever clients send.
 */
export class RoutePatterns {
  readonly #prefixes = new WeakMap<object, Map<string, string>>();
  readonly #texts = new WeakMap<Layer, Set<string>>();

  /** `undefined` until a route has matched. O(layers) the first time and for prefixes with parameters, else O(1). */
  of(req: Request): string | undefined {
    const route = req.route as { path?: unknown } | undefined;
    if (route === undefined) return undefined;
    const path = textOf(route.path);
    return req.baseUrl === '' ? path : `${this.#prefix(req, route)}${path === '/' ? '' : path}`;
  }

  #prefix(req: Request, route: object): string {
    let known = this.#prefixes.get(route);
    if (known === undefined) this.#prefixes.set(route, (known = new Map<string, string>()));
    let prefix = known.get(req.baseUrl);
    if (prefix !== undefined) return prefix;
    const routers = applications(req)
      .map(rootRouter)
      .filter((router) => router !== undefined);
    prefix = this.#walk(routers, req.baseUrl, route, 0) ?? '';
    if (known.size < KEPT_PREFIXES) known.set(req.baseUrl, prefix);
    return prefix;
  }

  /** The patterns on the way from the first router to the route; the others are those of mounted applications. */
  #walk([router, ...apps]: Router[], rest: string, route: object, depth: number): string | undefined {
    for (const layer of router?.stack ?? []) {
      if (layer.route !== undefined) {
        if (layer.route === route && rest === '') return '';
        continue;
      }
      const isApp = layer.name === 'mounted_app' && apps.length > 0;
      if ((!isApp && !Array.isArray(layer.handle.stack)) || depth > MAX_DEPTH) continue;
      const match = matchOf(layer, rest === '' ? '/' : rest);
      if (match === undefined) continue;
      const prefix = trimmed(match.path);
      const within = isApp ? apps : [layer.handle as unknown as Router, ...apps];
      const below = this.#walk(within, rest.slice(prefix.length), route, depth + 1);
      if (below !== undefined) return this.#bounded(layer, patternOf(match, prefix)) + below;
    }
    return undefined;
  }

  #bounded(layer: Layer, text: string): string {
    let texts = this.#texts.get(layer);
    if (texts === undefined) this.#texts.set(layer, (texts = new Set<string>()));
    if (texts.size < TEXTS_PER_LAYER) texts.add(text);
    return texts.has(text) ? text : ([...texts][0] ?? text);
  }
}

/** The application that is serving the request, behind those it is mounted in. */
function applications(req: Request): object[] {
  interface App {
    readonly parent?: App;
  }
  const apps: App[] = [];
  for (let app = req.app as App | undefined; app !== undefined && apps.length < MAX_DEPTH; app = app.parent) {
    apps.unshift(app);
  }
  return apps;
}

function matchOf(layer: Layer, path: string): LayerMatch | undefined {
  const match = layer.match(path);
  if (match === false) return undefined;
  return match === true ? { path: layer.path ?? '', params: layer.params ?? {} } : match;
}

const trimmed = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

function patternOf({ params, pattern }: LayerMatch, prefix: string): string {
  if (typeof pattern === 'string') return trimmed(pattern);
  const names = Object.entries(params).filter(([, value]) => typeof value === 'string' && value !== '');
  if (names.length === 0) return prefix;
  const segments = prefix.split('/').map((segment) => {
    const at = names.findIndex(([, value]) => value === decoded(segment));
    return at === -1 ? segment : `:${names.splice(at, 1)[0]?.[0] ?? ''}`;
  });
  return segments.join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The first of several patterns; a regular expression by its source. */
function textOf(path: unknown): string {
  const first: unknown = Array.isArray(path) ? path[0] : path;
  return String(first);
}
