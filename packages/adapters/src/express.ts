import type { Application, Request, RequestHandler } from 'express';
import type { Middlewares } from './composed.js';
import { composed } from './composed.js';
import { ErrorInterception } from './express/error-interception.js';
import { ExpressFacts } from './express/express-facts.js';
import { RoutePatterns } from './express/route-patterns.js';
import { Passage } from './passage.js';
import { contextFor } from './spark-context.js';
import { warn } from './warn.js';

export type { Middlewares } from './composed.js';
export { sparkContext } from './spark-context.js';

/**
 * Our middlewares as one of Express's (4 and 5). `next()` resolves when the response is over, and rejects when something
 * behind has failed; Express's error handlers run after ours, once. What ours throw after the response is an `error`
 * event of the application where somebody listens, else a process warning.
 * @throws InvalidOptionError
 */
export function toExpress(middlewares: Middlewares): RequestHandler {
  const run = composed(middlewares);
  const interception = new ErrorInterception();
  const patterns = new RoutePatterns();
  const handler: RequestHandler = (req, res, next) => {
    const scope = interception.ensure(req, handler);
    // A new property of Express's request costs 3 µs: its hidden class is another with every request.
    const ctx = contextFor(req, res, new ExpressFacts(req, patterns), res.locals);
    new Passage(ctx, scope).start(run, {
      pass: next,
      fail: next,
      answered: () => {},
      late: (error) => reportLate(req, error),
    });
  };
  return handler;
}

function reportLate(req: Request, error: unknown): void {
  const app = req.app as Application | undefined;
  // Without a listener the event itself would throw.
  if (app !== undefined && app.listenerCount('error') > 0) app.emit('error', error, req);
  else warn(error);
}
