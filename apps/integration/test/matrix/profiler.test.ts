import { expect, test } from '@jest/globals';
import { RequestProfiler } from '@spark-perf/profiler';
import { waitFor } from '@spark-perf/test-services';
import { onEveryHost } from '../on-every-host.js';

onEveryHost((start) => {
  test('counts requests by route and by the status sent', async () => {
    await using profiler = new RequestProfiler();
    const host = await start([profiler.middleware()]);
    for (const id of [1, 2, 3]) await (await host.fetch(`/users/${id}`)).text();
    await (await host.fetch('/fail')).text();
    const counted = (): number =>
      Object.values(profiler.getReport()).reduce((sum, { count }) => sum + count, 0);
    await waitFor(() => counted() === 4);
    const report = profiler.getReport();
    const errors = Object.values(report).reduce(
      (sum, { statusClasses }) => sum + statusClasses['4xx'] + statusClasses['5xx'],
      0,
    );
    expect(errors).toBe(1);
    expect(report['GET:/users/:id']).toMatchObject({ count: 3, errorRate: 0 });
    expect(host.handled).toHaveLength(1);
  });
});
