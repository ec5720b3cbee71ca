import type { Request } from 'express';

/** What Express 4 and 5 keep of a registered function. */
export interface Layer {
  handle: ((...args: never[]) => unknown) & { readonly stack?: Layer[] };
  readonly name: string;
  readonly route?: RouteStack | undefined;
  /** Express 5.3 returns what has matched; those before keep it on the layer. */
  match(path: string): boolean | LayerMatch;
  readonly path?: string | undefined;
  readonly params?: Record<string, unknown> | undefined;
}

export interface LayerMatch {
  readonly path: string;
  readonly params: Record<string, unknown>;
  readonly pattern?: unknown;
}

interface RouteStack {
  readonly stack: Layer[];
  all(handler: unknown): unknown;
}

export interface Router {
  readonly stack: Layer[];
  use(handler: unknown): unknown;
}

/** A list of layers, and how another one is put at its end. */
export interface LayerList {
  readonly layers: Layer[];
  append(handler: unknown): void;
}

/** An application's own router; `undefined` before anything was registered. */
export function rootRouter(app: unknown): Router | undefined {
  // Express 4 throws when `router` is read.
  const { _router } = app as { _router?: Router };
  return _router ?? (app as { router?: Router }).router;
}

/**
 * The router or route that `handler` was registered in; where it hides inside of somebody's function, the application's
 * own router.
 */
export function listOf(req: Request, handler: unknown): LayerList | undefined {
  const root = rootRouter(req.app);
  return root === undefined ? undefined : (search(root, handler, 0) ?? listOfRouter(root));
}

/** Deeper than anybody nests routers; a router that holds itself must not hang us. */
const MAX_DEPTH = 20;

function search(router: Router, handler: unknown, depth: number): LayerList | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const layer of router.stack) {
    if (layer.handle === handler) return listOfRouter(router);
    const { route } = layer;
    if (route?.stack.some((inner) => inner.handle === handler) === true) {
      return { layers: route.stack, append: (added) => void route.all(added) };
    }
    if (Array.isArray(layer.handle.stack)) {
      const found = search(layer.handle as unknown as Router, handler, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function listOfRouter(router: Router): LayerList {
  return { layers: router.stack, append: (added) => void router.use(added) };
}
