import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { stringOption } from '@spark-perf/core';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import type { Deferred } from './deferred.js';
import { deferred } from './deferred.js';
import type { HostFacts } from './host-facts.js';
import { pathname } from './pathname.js';
import { responseClosed } from './response-closed.js';
import { contextFor } from './spark-context.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

class FastifyFacts implements HostFacts {
  readonly #request: FastifyRequest;
  readonly #prefix: string;

  constructor(request: FastifyRequest, prefix: string) {
    this.#request = request;
    this.#prefix = prefix;
  }
  path(): string {
    return pathname(this.#request.raw.url).slice(this.#prefix.length) || '/';
  }
  originalUrl(): string {
    return this.#request.originalUrl;
  }
  mountpath(): string | undefined {
    return this.#prefix === '' ? undefined : this.#prefix;
  }
  body(): unknown {
    return this.#request.body;
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
  /** Only requests below this path; it is cut off `ctx.path`. @default every request */
  readonly prefix?: string | undefined;
}

/** A request that ours have passed on: what became of the rest, and of ours. */
interface Passage {
  readonly rest: Deferred<void>;
  readonly ours: Promise<unknown>;
}

/**
 * Our middlewares as a plugin that works on the whole application (its encapsulation is broken on purpose). They run
 * before Fastify reads the body: one of ours that needs it reads it and gives it back.
 * @throws InvalidOptionError
 */
export function toFastify(middlewares: Middlewares, options: FastifyOptions = {}): FastifyPluginCallback {
  const run = composed(middlewares);
  const prefix = (stringOption('prefix', options.prefix, undefined) ?? '').replace(/\/$/, '');
  const passages = new WeakMap<FastifyRequest, Passage>();

  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    if (prefix !== '' && !isBelow(pathname(request.raw.url), prefix)) return done();
    const ctx = contextFor(request.raw, reply.raw, new FastifyFacts(request, prefix));
    const rest = deferred<void>();
    rest.promise.catch(() => {}); // ours may not wait for it
    let passed = false;
    const next = async (): Promise<void> => {
      passed = true;
      done();
      await Promise.race([rest.promise, responseClosed(reply.raw)]);
    };
    const ours = Promise.resolve(run(ctx, next));
    passages.set(request, { rest, ours });
    ours.then(
      // Answered on Node's response: Fastify must keep its hands off.
      () => {
        if (!passed) reply.hijack();
      },
      (error: unknown) => {
        if (!passed) done(error as Error);
        // After the response there is nobody to answer; before it the hook below passes it on.
        else if (reply.sent) request.log.error(error);
      },
    );
  };

  /** Before Fastify's error handler: ours see the error first. */
  const onError = async (request: FastifyRequest, _reply: FastifyReply, error: Error): Promise<void> => {
    const passage = passages.get(request);
    if (passage === undefined) return;
    passage.rest.reject(error);
    await passage.ours.catch(() => {}); // the same error, as a rule: the handler has it
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

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
