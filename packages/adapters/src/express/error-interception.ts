import type { Request } from 'express';
import type { RouterStack } from './router-stack.js';
import { stackOf } from './router-stack.js';

/** An Express error handler, told by its four parameters. */
export type ErrorHandler = (error: unknown, req: Request, res: never, next: never) => unknown;

/** A stack, and how long it was when it was last looked at. */
interface Known {
  readonly stack: RouterStack | undefined;
  length: number;
}

/**
 * Express tells nobody before an error handler of what has failed behind them: an error only ever moves on, to the next
 * layer with four parameters. So one of ours is put before each of the application's behind our handler, and one at the
 * end of the stack. Done at the first request and again when layers were added; it moves nothing that lies before our
 * handler, so requests on their way there are not disturbed.
 */
export class ErrorInterception {
  readonly #onError: ErrorHandler;
  readonly #known = new WeakMap<object, Known>();

  constructor(onError: ErrorHandler) {
    this.#onError = onError;
  }

  /** Sees to it that errors from behind `handler` come by. */
  ensure(req: Request, handler: unknown): void {
    let known = this.#known.get(req.app);
    if (known === undefined) {
      known = { stack: stackOf(req, handler), length: -1 };
      this.#known.set(req.app, known);
    }
    const { stack } = known;
    if (stack === undefined || stack.layers.length === known.length) return;
    this.#insert(stack, handler);
    known.length = stack.layers.length;
  }

  #insert(stack: RouterStack, handler: unknown): void {
    const { layers } = stack;
    const own = layers.findIndex((layer) => layer.handle === handler);
    for (let at = layers.length - 1; at > own; at--) {
      const isErrorHandler = layers[at]?.handle.length === 4 && !this.#isOurs(stack, at);
      if (isErrorHandler && !this.#isOurs(stack, at - 1)) this.#put(stack, at);
    }
    if (!this.#isOurs(stack, layers.length - 1)) this.#put(stack, layers.length);
  }

  #isOurs({ layers }: RouterStack, at: number): boolean {
    return (layers[at]?.handle as unknown) === this.#onError;
  }

  #put(stack: RouterStack, at: number): void {
    stack.append(this.#onError);
    const layer = stack.layers.pop();
    if (layer !== undefined) stack.layers.splice(at, 0, layer);
  }
}
