import type { Request } from 'express';
import type { HostFacts } from '../host-facts.js';
import { pathname } from '../pathname.js';
import type { RoutePatterns } from './route-patterns.js';

export class ExpressFacts implements HostFacts {
  readonly #req: Request;
  readonly #patterns: RoutePatterns;

  constructor(req: Request, patterns: RoutePatterns) {
    this.#req = req;
    this.#patterns = patterns;
  }
  path(): string {
    return pathname(this.#req.url);
  }
  originalUrl(): string {
    return this.#req.originalUrl;
  }
  mountpath(): string | undefined {
    return this.#req.baseUrl === '' ? undefined : this.#req.baseUrl;
  }
  body(): unknown {
    return this.#req.body as unknown;
  }
  /** Kept by a parser's `verify`, as its documentation shows. */
  rawBody(): unknown {
    return (this.#req as { rawBody?: unknown }).rawBody;
  }
  params(): Record<string, string> {
    return this.#req.params as Record<string, string>;
  }
  ip(): string | undefined {
    return this.#req.ip;
  }
  route(): string | undefined {
    return this.#patterns.of(this.#req);
  }
  user(): { id?: unknown } | undefined {
    return (this.#req as { user?: { id?: unknown } }).user;
  }
}
