import type { Request } from 'express';

/** What Express 4 and 5 keep of a registered function. */
export interface Layer {
  readonly handle: ((...args: never[]) => unknown) & { readonly stack?: Layer[] };
  readonly route?: Route | undefined;
}

interface Stack {
  readonly stack: Layer[];
}
type Route = Stack & { all(handler: unknown): unknown };
type Router = Stack & { use(handler: unknown): unknown };

/** A list of layers, and how another one is put at its end. */
export interface RouterStack {
  readonly layers: Layer[];
  append(handler: unknown): void;
}

/** The router or route in which `handler` was registered; `undefined` where it hides inside of something else. */
export function stackOf(req: Request, handler: unknown): RouterStack | undefined {
  // Express 4 throws when `router` is read.
  const app = req.app as unknown as { _router?: Router; router?: Router };
  const root = app._router ?? app.router;
  return root === undefined ? undefined : search(root, handler, 0);
}

/** Deeper than anybody nests routers; a router that holds itself must not hang us. */
const MAX_DEPTH = 20;

function search(router: Router, handler: unknown, depth: number): RouterStack | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const layer of router.stack) {
    if (layer.handle === handler) return { layers: router.stack, append: (added) => void router.use(added) };
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
