import type { Context } from '@spark-perf/core';
import { routeTemplate } from './route-template.js';

const CAPACITY = 1_024;
const LONGEST_KEPT = 128;

/** Templates of raw paths. The last ones worked out are kept, at most 1,024 of at most 128 characters. */
export class RouteNames {
  #names = new Map<string, string>();

  of(ctx: Context): string {
    const raw = ctx.originalUrl ?? ctx.req.url ?? '/';
    const mark = raw.indexOf('?');
    // A copy: a slice would keep the whole target, query and all, in memory.
    const path = mark === -1 ? raw : raw.slice(0, mark);
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const name = routeTemplate(withoutOrigin(path));
    if (path.length <= LONGEST_KEPT) {
      if (this.#names.size >= CAPACITY) this.#names = new Map();
      this.#names.set(path, name);
    }
    return name;
  }
}

/** The path of a target in absolute form. */
function withoutOrigin(path: string): string {
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
}
