import type { Context, Middleware } from '@spark-perf/core';
import { addResource, ResourceManager } from '@spark-perf/lifecycle';
import { EventEmitter } from 'node:events';
import { collectGarbage, loop, race } from '../../measure.js';
import type { BenchContext } from '../../suite.js';

/** As much of a response as a scope looks at; a real one costs ten times what is measured here. */
class Response extends EventEmitter {
  closed = false;
  destroyed = false;
  writableFinished = false;
}

const contextOf = (): Context => ({ res: new Response(), addResource: undefined }) as unknown as Context;
const done = Promise.resolve();
const next = (): Promise<void> => done;
const passOn: Middleware = (_ctx, further) => further();

/** ns per request: with one resource and a synchronous cleanup, with the middleware alone, without it. */
export async function requestScopeCost(ctx: BenchContext) {
  const resources = new ResourceManager({ signals: false, exit: false });
  const scoped = resources.middleware();
  const resource = { open: 0 };
  const cleanup = (it: typeof resource): void => void (it.open -= 1);
  const request = (middleware: Middleware, use: boolean) => (): Context => {
    const context = contextOf();
    void middleware(context, next);
    if (use) addResource(context, resource, cleanup);
    context.res.emit('close');
    return context;
  };
  const contenders = {
    used: loop(request(scoped, true)),
    unused: loop(request(scoped, false)),
    without: loop(request(passOn, false)),
  };
  // On a busy machine the optimising compiler, a thread of its own, needs time between the calls that call for it.
  for (let pass = 0; pass < ctx.scale(10, 10, 1); pass++) {
    for (const contender of Object.values(contenders)) contender(50_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return race(ctx, contenders);
}

/** Bytes that the middleware allocates for a request which does not use it. */
export function unusedBytes(): number {
  const scoped = new ResourceManager({ signals: false, exit: false }).middleware();
  const count = 20_000;
  const bytes = (middleware: Middleware): number => {
    const contexts = Array.from({ length: count }, contextOf);
    for (let warm = 0; warm < count; warm++) void middleware(contexts[warm] as Context, next);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < count; index++) void middleware(contexts[index] as Context, next);
    return (process.memoryUsage().heapUsed - before) / count;
  };
  bytes(passOn);
  return Math.max(0, Math.round(bytes(scoped) - bytes(passOn)));
}
