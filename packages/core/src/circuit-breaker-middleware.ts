import { answerError } from './answer-error.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { Context } from './context.js';
import type { Middleware, Next } from './middleware.js';
import { onResponseClose } from './on-response-close.js';
import { booleanOption, functionOption, optionsObject } from './option-rules.js';

export interface CircuitBreakerMiddlewareOptions {
  /** Answers while the circuit is open. @default 503 with `Retry-After` */
  readonly fallback?: ((ctx: Context, next: Next) => unknown) | undefined;
  /**
   * Whether a response that was cut off counts as a failure. A dependency that hangs shows itself so; but clients
   * that leave at will do too, where they are many and impatient set it to false.
   * @default true
   */
  readonly countAborts?: boolean | undefined;
}

/** Judges a request by its final status, or its abort, when the response closes: rejections tell too little. */
export function circuitBreakerMiddleware(
  breaker: CircuitBreaker,
  raw?: CircuitBreakerMiddlewareOptions,
): Middleware {
  const options = optionsObject('options', raw, ['fallback', 'countAborts']);
  const fallback = functionOption('fallback', options.fallback, refuse);
  const countAborts = booleanOption('countAborts', options.countAborts, true);

  function refuse(ctx: Context): void {
    ctx.res.setHeader('Retry-After', Math.max(1, Math.ceil(breaker.retryAfter / 1_000)));
    answerError(ctx, { status: 503, body: { error: 'Service unavailable' } });
  }

  return (ctx, next) => {
    const ticket = breaker.enter();
    if (ticket === undefined) return fallback(ctx, next);
    const { res } = ctx;
    onResponseClose(res, (delivered) => {
      if (!delivered) {
        if (countAborts) breaker.fail(ticket);
        else breaker.ignore(ticket);
      } else if (res.statusCode >= 500) breaker.fail(ticket);
      else breaker.succeed(ticket);
    });
    return next();
  };
}
