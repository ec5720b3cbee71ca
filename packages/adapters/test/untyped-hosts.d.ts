// What the older majors are to us: the same as the current ones.
declare module 'express-4' {
  import express from 'express';
  export default express;
}
declare module 'koa-2' {
  import Koa from 'koa';
  export default Koa;
}
declare module '@koa/router' {
  import type { Context, Middleware } from 'koa';
  type Handler = (ctx: Context & { params: Record<string, string> }) => unknown;
  export default class Router {
    constructor(options?: { prefix?: string });
    get(path: string, ...handlers: Handler[]): this;
    post(path: string, ...handlers: Handler[]): this;
    all(path: string, ...handlers: Handler[]): this;
    routes(): Middleware;
  }
}
