import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { optionsObject } from '@spark-perf/core';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import type { HostFacts } from './host-facts.js';
import { failAll, Passage } from './passage.js';
import { pathname } from './pathname.js';
import { Prefix } from './prefix.js';
import { contextFor, hostContext } from './spark-context.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

class FastifyFacts implements HostFacts {
  readonly #request: FastifyRequest;
  readonly #prefix: Prefix;

  constructor(request: FastifyRequest, prefix: Prefix) {
    this.#request = request;
    this.#prefix = prefix;
  }
  path(): string {
    return this.#prefix.cut(pathname(this.#request.raw.url));
  }
  originalUrl(): string {
    return this.#request.originalUrl;
  }
  mountpath(): string | undefined {
    return this.#prefix.behind(undefined);
  }
  body(): unknown {
    return this.#request.body;
  }
  rawBody(): unknown {
    return (this.#request as { rawBody?: unknown }).rawBody;
  }
  params(): Record<string, string> {
    return this.#request.params as Record<string, string>;
  }
  ip(): string | undefined {
    return this.#request.ip;
  }
  route(): string | undefined {
    return this.#request.is404 ? undefined : this.#request.routeOptions.url;
  }
  user(): { id?: unknown } | undefined {
    return (this.#request as { user?: { id?: unknown } }).user;
  }
}

export interface FastifyOptions {
  /** Only requests below this path, however they spell it; it is cut off `ctx.path`. @default every request */
  readonly prefix?: string | undefined;
}

/**
 * Our middlewares as a plugin that works on the whole application (its encapsulation is broken on purpose). They run
 * before Fastify reads the body: one of ours that needs it reads it and gives it back. Fastify's error handler runs after
 * ours and gets the error as it was thrown. What ours throw after the response goes to the request's log.
 * @throws InvalidOptionError
 */
export function toFastify(middlewares: Middlewares, options: FastifyOptions = {}): FastifyPluginCallback {
  const run = composed(middlewares);
  const prefix = new Prefix(optionsObject('options', options, ['prefix']).prefix);

  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    // The pattern too: what else the router's options let through (double slashes, parameters) is below it all the same.
    const below = prefix.holds(pathname(request.raw.url)) || prefix.holds(request.routeOptions.url ?? '/');
    if (!below) return done();
    const ctx = contextFor(request.raw, reply.raw, new FastifyFacts(request, prefix));
    new Passage(ctx, undefined).start(run, {
      pass: done,
      fail: (error) => done(error as Error),
      // On Node's response: Fastify must keep its hands off.
      answered: () => void reply.hijack(),
      late: (error) => request.log.error(error),
    });
  };

  /** Before Fastify's error handler. The first of these hooks tells all of ours, the others find nobody to tell. */
  const onError = (request: FastifyRequest, reply: FastifyReply, error: Error, done: () => void): void => {
    const passages = hostContext(request.raw)?.passages.splice(0) ?? [];
    if (passages.length === 0) return done();
    void failAll(passages, error).then((outcome) => {
      if (outcome.answered) reply.hijack();
      else done();
    });
  };

  const plugin: FastifyPluginCallback = (fastify, _options, done) => {
    fastify.addHook('onRequest', onRequest);
    fastify.addHook('onError', onError);
    done();
  };
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@spark-perf/adapters',
  });
}
