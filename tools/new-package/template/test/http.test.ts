import { expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { Spark } from '@spark-perf/server';
import { __Name__ } from '../src/index.js';

test('counts requests over a socket', async () => {
  await using engine = new __Name__();
  const app = new Spark();
  app.use(engine.middleware());
  app.get('/', (ctx) => ctx.text('hello'));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = app.server?.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(await answer.text()).toBe('hello');
    expect(engine.getStats().requests).toBe(1);
  } finally {
    await app.close();
  }
});
