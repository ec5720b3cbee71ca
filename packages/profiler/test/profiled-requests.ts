import type { FakeContext, FakeContextOptions } from '@spark-perf/core/testing';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { once } from 'node:events';
import type { RequestProfilerOptions } from '../src/index.js';
import { RequestProfiler } from '../src/index.js';

/** A profiler on a clock that stands still, and what sends one request through its middleware to the close of its response. */
export function setUp(options: RequestProfilerOptions = {}) {
  const clock = new ManualClock();
  const profiler = new RequestProfiler({ clock, ...options });
  const handle = profiler.middleware();
  const run = async (
    request: FakeContextOptions,
    took = 1,
    handler: (ctx: FakeContext) => unknown = (ctx) => ctx.send('ok'),
  ) => {
    const ctx = fakeContext({ route: request.url?.split('?')[0] ?? '/', ...request });
    const closed = once(ctx.res, 'close');
    let error: unknown;
    try {
      await handle(ctx, async () => {
        await clock.advance(took);
        await handler(ctx);
      });
    } catch (thrown) {
      error = thrown;
      ctx.res.statusCode = (thrown as { status?: number }).status ?? 500;
      if (!ctx.res.writableEnded) ctx.res.end('error');
    }
    await closed;
    return { ctx, error };
  };
  return { clock, profiler, handle, run };
}
