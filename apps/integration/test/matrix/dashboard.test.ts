import { expect, test } from '@jest/globals';
import { Dashboard } from '@spark-perf/dashboard';
import { RequestProfiler } from '@spark-perf/profiler';
import { onEveryHost } from '../on-every-host.js';

onEveryHost((start) => {
  test('the page, its assets, the snapshot and the stream, below its prefix', async () => {
    await using profiler = new RequestProfiler();
    await using page = new Dashboard({ profiler });
    const host = await start([profiler.middleware()], { mounted: page.middleware() });
    expect((await host.fetch('/hello')).status).toBe(200);
    const html = await host.fetch('/mounted/');
    expect([html.status, html.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    for (const [, asset] of (await html.text()).matchAll(/(?:src|href)="([^"#]*assets\/[^"]+)"/g)) {
      const response = await fetch(new URL(asset!, html.url));
      expect([asset, response.status]).toEqual([asset, 200]);
      await response.arrayBuffer();
    }
    const snapshot = await host.fetch('/mounted/api/snapshot');
    expect([snapshot.status, typeof (await snapshot.json())]).toEqual([200, 'object']);
    const leave = new AbortController();
    const stream = await host.fetch('/mounted/api/stream', { signal: leave.signal });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const { value } = await stream.body!.getReader().read();
    expect(Buffer.from(value as Uint8Array).length).toBeGreaterThan(0);
    leave.abort();
    expect((await host.fetch('/mounted', { redirect: 'manual' })).status).toBeGreaterThanOrEqual(300);
    expect((await host.fetch('/mounted/none')).status).toBe(404);
    expect(host.handled).toEqual([]);
  });
});
