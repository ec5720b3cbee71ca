import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Spark } from '@spark-perf/server';
import { MultiLevelCache } from '../../src/index.js';

let app: Spark;
let cache: MultiLevelCache;
let calls: number;
beforeEach(async () => {
  [app, cache, calls] = [new Spark(), new MultiLevelCache(), 0];
  for (const prefix of ['/one', '/two']) app.use(prefix, cache.middleware({ ttl: 60_000 }) as never);
  app.use((ctx) => {
    calls++;
    ctx.send(`${ctx.req.url} ${calls}`);
  });
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  await app.close();
  await cache.close();
});

async function ask(path: string): Promise<[unknown, string]> {
  const { port } = app.server!.address() as AddressInfo;
  const [response] = (await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  return [response.headers['x-cache'], body];
}

test('a cache that is mounted at two prefixes tells their resources apart', async () => {
  const answers: unknown[] = [];
  for (let round = 0; round < 2; round++)
    for (const path of ['/one/x', '/two/x', '/one', '/two/']) answers.push(await ask(path));
  const bodies = ['/one/x 1', '/two/x 2', '/one 3', '/two/ 4'];
  expect(answers).toEqual([...bodies.map((body) => ['MISS', body]), ...bodies.map((body) => ['HIT', body])]);
});
