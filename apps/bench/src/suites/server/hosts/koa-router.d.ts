declare module '@koa/router' {
  import type { Context, Middleware } from 'koa';

  /** What the benchmark needs of it; the package has no types of its own. */
  export default class Router {
    get(path: string, handler: (ctx: Context) => void): this;
    routes(): Middleware;
  }
}
