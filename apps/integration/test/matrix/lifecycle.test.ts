import { expect, test } from '@jest/globals';
import { addResource, ResourceManager } from '@spark-perf/lifecycle';
import { waitFor } from '@spark-perf/test-services';
import net from 'node:net';
import { onEveryHost } from '../on-every-host.js';

onEveryHost((start) => {
  test('what a request has opened is closed when its response is over, however it ends', async () => {
    const resources = new ResourceManager({ signals: false, exit: false });
    const closed: string[] = [];
    let began = 0;
    let release = (): void => {};
    const host = await start([resources.middleware()], {
      work: async (ctx) => {
        const kind = String(ctx.query.kind);
        addResource(ctx, { close: () => void closed.push(kind) });
        began++;
        if (kind === 'fail') throw new Error('boom');
        if (kind === 'leave') await new Promise<void>((resolve) => (release = resolve));
        return { kind };
      },
    });
    expect(await (await host.fetch('/work?kind=fine')).json()).toEqual({ kind: 'fine' });
    await waitFor(() => closed.length === 1);
    await (await host.fetch('/work?kind=fail')).text();
    await waitFor(() => closed.length === 2);
    const socket = net.connect(host.port, '127.0.0.1');
    socket.write('GET /work?kind=leave HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => began === 3);
    socket.destroy();
    await waitFor(() => closed.length === 3);
    release();
    expect(closed).toEqual(['fine', 'fail', 'leave']);
    await resources.close();
  });

  test('health answers in front of everything', async () => {
    const resources = new ResourceManager({ signals: false, exit: false });
    const host = await start([
      resources.health({ live: '/livez', ready: '/readyz' }),
      resources.middleware(),
    ]);
    expect((await host.fetch('/livez')).status).toBe(200);
    expect((await host.fetch('/hello')).status).toBe(200);
    await resources.close();
  });
});
