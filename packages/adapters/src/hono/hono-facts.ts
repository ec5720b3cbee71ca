import type { IncomingMessage } from 'node:http';
import type { Context as HonoContext } from 'hono';
import type { HostFacts } from '../host-facts.js';
import { pathname } from '../pathname.js';
import type { Prefix } from '../prefix.js';

export class HonoFacts implements HostFacts {
  readonly #c: HonoContext;
  readonly #req: IncomingMessage;
  readonly #prefix: Prefix;

  constructor(c: HonoContext, req: IncomingMessage, prefix: Prefix) {
    this.#c = c;
    this.#req = req;
    this.#prefix = prefix;
  }
  path(): string {
    return this.#prefix.cut(pathname(this.#req.url));
  }
  mountpath(): string | undefined {
    return this.#prefix.behind(undefined);
  }
  originalUrl(): string {
    return this.#req.url ?? '/';
  }
  /** Hono keeps promises of bodies: `takeParsedBody` puts what they give on the context. */
  body(): undefined {
    return undefined;
  }
  params(): Record<string, string> {
    return this.#c.req.param();
  }
  /** Hono has no trust setting. */
  ip(): string | undefined {
    return this.#req.socket.remoteAddress;
  }
  /** The pattern of whatever has run last: the handler's, once it has run. */
  route(): string | undefined {
    const { matchedRoutes, routeIndex } = this.#c.req;
    const route = matchedRoutes[routeIndex];
    const isMiddleware = route?.method === 'ALL' && route.path.endsWith('*');
    return isMiddleware ? undefined : route?.path;
  }
  user(): { id?: unknown } | undefined {
    return this.#c.get('user') as { id?: unknown } | undefined;
  }
}
