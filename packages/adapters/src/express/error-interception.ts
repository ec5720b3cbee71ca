import type { NextFunction, Request, Response } from 'express';
import { failAll } from '../passage.js';
import { hostContext } from '../spark-context.js';
import type { LayerList } from './router-stack.js';
import { listOf } from './router-stack.js';

/** An Express error handler, told by its four parameters. */
type ErrorHandler = (error: unknown, req: Request, res: Response, next: NextFunction) => unknown;

/** A list of layers, and how far it was looked through. */
interface Known {
  readonly list: LayerList | undefined;
  length: number;
}

/**
 * Express tells nobody before an error handler of what has failed behind them: an error only ever moves on, to the next
 * layer with four parameters. So each of those behind our handler gets a wrapper that tells ours first, and one of our
 * own stands at the end. Done at the first request and again when layers were added. No layer changes its place:
 * requests under way count them.
 */
export class ErrorInterception {
  readonly #known = new WeakMap<object, Known>();
  readonly #ours = new WeakSet<object>();

  /** Sees to it that errors from behind `handler` come by. Returns the part of the host it is mounted in. */
  ensure(req: Request, handler: unknown): unknown {
    const app = req.app as object | undefined;
    if (app === undefined) return undefined; // a router that serves without one
    let known = this.#known.get(app);
    if (known === undefined) {
      known = { list: listOf(req, handler), length: -1 };
      this.#known.set(app, known);
    }
    const { list } = known;
    if (list === undefined) return undefined;
    if (list.layers.length !== known.length) {
      this.#intercept(list, handler);
      known.length = list.layers.length;
    }
    return list.layers;
  }

  #intercept(list: LayerList, handler: unknown): void {
    const { layers } = list;
    for (let at = layers.findIndex((layer) => layer.handle === handler) + 1; at < layers.length; at++) {
      const layer = layers[at];
      if (layer === undefined || layer.handle.length !== 4 || this.#ours.has(layer.handle)) continue;
      layer.handle = this.#told(layers, layer.handle as unknown as ErrorHandler);
    }
    const last = layers[layers.length - 1];
    if (last === undefined || !this.#ours.has(last.handle)) {
      list.append(this.#told(layers, (error, _req, _res, next) => next(error)));
    }
  }

  /** `handler`, run after ours that the request has passed in this part of the host, unless they deal with the error. */
  #told(scope: unknown, handler: ErrorHandler): ErrorHandler {
    const told: ErrorHandler = (error, req, res, next) => {
      const passages = hostContext(req)?.passages;
      const first = passages?.findIndex((passage) => passage.scope === scope) ?? -1;
      if (passages === undefined || first === -1) return handler(error, req, res, next);
      // Those behind the first are within it, in routers that the error has left already.
      return failAll(passages.splice(first), error)
        .then((outcome) => (outcome.answered ? undefined : handler(outcome.error, req, res, next)))
        .catch(next); // Express 4 does not look at promises
    };
    this.#ours.add(told);
    return told;
  }
}
