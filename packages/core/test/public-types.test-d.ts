import type {
  CircuitBreakerEvents,
  CircuitBreakerOptions,
  Context,
  Middleware,
  Milliseconds,
} from '@spark-perf/core';
import { CircuitBreaker, compose, Emitter, isSparkPerfError, Semaphore } from '@spark-perf/core';
import { fakeContext } from '@spark-perf/core/testing';
import { expectAssignable, expectError, expectType } from 'tsd';

// Units are documentation: any number passes.
expectAssignable<Milliseconds>(5);
expectAssignable<CircuitBreakerOptions>({ window: 500, failureRate: undefined });
expectError(new CircuitBreaker({ window: '500' }));
expectError(new CircuitBreaker({ treshold: 5 }));

// Results keep their types.
expectType<Promise<string>>(new Semaphore(1).run(async () => 'done'));
expectType<Promise<string | number>>(new CircuitBreaker().execute(async () => 'up', { fallback: () => 0 }));

// Events are typed by name.
const breaker = new CircuitBreaker();
breaker.on('open', (event) => expectType<CircuitBreakerEvents['open']>(event));
expectError(breaker.on('opened', () => {}));
const emitter = new Emitter<{ hit: { key: string } }>();
emitter.on('hit', ({ key }) => expectType<string>(key));
expectError(emitter.emit('hit', { key: 1 }));

// A middleware for the least context runs on every richer one, not the other way round.
interface Rich extends Context {
  readonly session: string;
}
declare const plain: Middleware;
declare const rich: Middleware<Rich>;
expectAssignable<Middleware<Rich>>(plain);
expectError<Middleware>(rich);
expectAssignable<Context>(fakeContext());
compose([plain, (_ctx, next) => next()]);

// A code narrows the error.
const error: unknown = undefined;
if (isSparkPerfError(error, 'SPARK_CIRCUIT_OPEN')) expectType<'SPARK_CIRCUIT_OPEN'>(error.code);
