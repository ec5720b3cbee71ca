import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { RedisSubscriber } from '../../src/redis/index.js';

let service: RedisService;
let client: Redis;

beforeAll(async () => {
  service = await startRedis();
  client = new Redis(service.port, service.host, { retryStrategy: () => 20 });
  client.on('error', () => {});
  await waitFor(() => client.status === 'ready');
});
afterAll(async () => {
  client.disconnect();
  await service.stop();
});

test('receives, goes down with the server, comes up again by itself, and never touches the client', async () => {
  const messages: string[] = [];
  const seen: string[] = [];
  const subscriber = new RedisSubscriber(client, 'news', (message) => messages.push(message));
  subscriber.on('up', ({ first }) => seen.push(first ? 'up' : 'up again'));
  subscriber.on('down', () => seen.push('down'));
  subscriber.start();
  subscriber.start();
  await waitFor(() => subscriber.isUp);
  await client.publish('news', 'one');
  await client.publish('other', 'not ours');
  await waitFor(() => messages.length === 1);

  await service.kill();
  await waitFor(() => !subscriber.isUp);
  await service.restart();
  await waitFor(() => subscriber.isUp);
  await waitFor(() => client.status === 'ready');
  await client.publish('news', 'two');
  await waitFor(() => messages.length === 2);
  expect(messages).toEqual(['one', 'two']);
  expect(seen).toEqual(['up', 'down', 'up again']);

  subscriber.close();
  subscriber.close();
  await waitFor(async () => (await client.pubsub('NUMSUB', 'news'))[1] === 0);
  expect(await client.ping()).toBe('PONG');
});
