import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import type { Deferred } from './deferred.js';
import { deferred } from './deferred.js';
import type { ErrorHandler } from './express/error-interception.js';
import { ErrorInterception } from './express/error-interception.js';
import { fullRoute } from './express/full-route.js';
import type { HostFacts } from './host-facts.js';
import { pathname } from './pathname.js';
import { responseClosed } from './response-closed.js';
import { contextFor } from './spark-context.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

class ExpressFacts implements HostFacts {
  readonly #req: Request;

  constructor(req: Request) {
    this.#req = req;
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
  params(): Record<string, string> {
    return this.#req.params as Record<string, string>;
  }
  ip(): string | undefined {
    return this.#req.ip;
  }
  route(): string | undefined {
    return fullRoute(this.#req);
  }
  user(): { id?: unknown } | undefined {
    return (this.#req as { user?: { id?: unknown } }).user;
  }
}

/** A request that ours have passed on. */
interface Passage {
  readonly rest: Deferred<void>;
  readonly ours: Promise<unknown>;
}

/**
 * Our middlewares as one of Express's (4 and 5). `next()` resolves when the response is over, and rejects when something
 * behind has failed; Express's error handlers run after ours, once.
 * @throws InvalidOptionError
 */
export function toExpress(middlewares: Middlewares): RequestHandler {
  const run = composed(middlewares);
  const passages = new WeakMap<Request, Passage>();

  /** What the router is made to call with an error from behind us, before any error handler of the application. */
  const onError = (error: unknown, req: Request, _res: Response, next: NextFunction): void => {
    const passage = passages.get(req);
    if (passage === undefined) return next(error);
    passages.delete(req);
    passage.rest.reject(error);
    passage.ours.then(
      // Ours have dealt with it: either they have answered, or somebody still must.
      () => {
        if (!req.res?.headersSent) next(error);
      },
      (ours: unknown) => next(ours),
    );
  };

  const interception = new ErrorInterception(onError as ErrorHandler);
  const handler: RequestHandler = (req, res, next) => {
    interception.ensure(req, handler);
    const ctx = contextFor(req, res, new ExpressFacts(req));
    const rest = deferred<void>();
    rest.promise.catch(() => {}); // ours may not wait for it
    let passed = false;
    const ours = Promise.resolve(
      run(ctx, async () => {
        passed = true;
        next();
        await Promise.race([rest.promise, responseClosed(res)]);
      }),
    );
    passages.set(req, { rest, ours });
    ours.catch((error: unknown) => {
      if (!passed) next(error);
      // Behind the response there is nobody to tell but the application's listeners.
      else if (res.writableEnded) req.app.emit('error', error, req);
    });
  };
  return handler;
}
