import { expect, test } from '@jest/globals';
import { SlidingWindowRateLimiter } from '@spark-perf/ratelimit';
import { waitFor } from '@spark-perf/test-services';
import { onEveryHost } from '../on-every-host.js';

onEveryHost((start) => {
  test('refuses beyond the limit, without running the handler; fields on every answer', async () => {
    await using limiter = new SlidingWindowRateLimiter({ maxRequests: 2 });
    let ran = 0;
    const host = await start([limiter.middleware()], { work: () => ({ ran: ++ran }) });
    const answers = [];
    for (let i = 0; i < 4; i++) {
      const response = await host.fetch('/work');
      answers.push([
        response.status,
        response.headers.get('x-ratelimit-remaining'),
        (await response.text()).length > 0,
      ]);
    }
    expect(answers).toEqual([
      [200, '1', true],
      [200, '0', true],
      [429, '0', true],
      [429, '0', true],
    ]);
    expect([ran, host.handled]).toEqual([2, []]);
  });

  test('what a request cost is given back by the status that was really sent', async () => {
    await using limiter = new SlidingWindowRateLimiter({ maxRequests: 1, skipFailedRequests: true });
    const host = await start([limiter.middleware()]);
    for (let i = 0; i < 3; i++) {
      expect((await host.fetch('/fail')).status).toBeGreaterThanOrEqual(400);
      await waitFor(async () => (await limiter.peek('127.0.0.1')).allowed);
    }
    expect((await host.fetch('/hello')).status).toBe(200);
    expect((await host.fetch('/hello')).status).toBe(429);
  });
});
