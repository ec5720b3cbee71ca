import { afterAll, beforeAll, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { LoadBalancer } from '@spark-perf/balancer';
import { onEveryHost, postJson } from '../on-every-host.js';

let upstream: http.Server;
let url: string;
beforeAll(async () => {
  upstream = http.createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    req.on('end', () => {
      res.setHeader('X-Upstream', 'yes').end(JSON.stringify({ method: req.method, url: req.url, body }));
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

onEveryHost((start) => {
  const balancer = (): LoadBalancer => new LoadBalancer({ health: false }).addServer({ id: 'a', url });

  test.each([false, true])('relays requests with their bodies; parsed before: %p', async (parseBody) => {
    await using proxy = balancer();
    const host = await start([proxy.middleware()], { parseBody });
    const posted = await host.fetch('/any/path?a=1', postJson({ text: 'x'.repeat(50_000) }));
    expect([posted.status, posted.headers.get('x-upstream')]).toEqual([200, 'yes']);
    const { body, ...rest } = (await posted.json()) as { body: string };
    expect(rest).toEqual({ method: 'POST', url: '/any/path?a=1' });
    expect(JSON.parse(body)).toEqual({ text: 'x'.repeat(50_000) });
    const got = await host.fetch('/got');
    expect(await got.json()).toEqual({ method: 'GET', url: '/got', body: '' });
    expect((await host.fetch('/head', { method: 'HEAD' })).status).toBe(200);
    expect(host.handled).toEqual([]);
  });

  test('mounted it relays what is below, and the rest goes on', async () => {
    await using proxy = balancer();
    const host = await start([], { mounted: proxy.middleware() });
    expect(await (await host.fetch('/mounted/a?b=1')).json()).toMatchObject({ url: '/a?b=1' });
    expect(await (await host.fetch('/hello')).json()).toEqual({ hello: 'world' });
  });

  test('without a server it answers 503 or 502', async () => {
    await using proxy = new LoadBalancer({ health: false });
    const host = await start([proxy.middleware()]);
    const response = await host.fetch('/hello');
    expect([502, 503]).toContain(response.status);
    expect(host.handled).toEqual([]);
  });
});
