import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import type { RedisSubscriberConnection, SubscribableRedisClient } from '../../src/redis/index.js';
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

/** A client whose duplicate is in `status` and can't connect. */
function clientWith(status: string): { client: SubscribableRedisClient; subscribed: string[] } {
  const subscribed: string[] = [];
  const connection: RedisSubscriberConnection & { connect(): Promise<unknown> } = {
    status,
    on: () => connection,
    subscribe: async (...channels) => void subscribed.push(...channels),
    unsubscribe: async () => {},
    disconnect: () => {},
    connect: () => Promise.reject(new Error('refused')),
  };
  const unused = (): never => {
    throw new Error('not a command of a subscriber');
  };
  const client = { status, connect: unused, eval: unused, evalsha: unused, duplicate: () => connection };
  return { client, subscribed };
}

test('a duplicate that is connected already is subscribed at once', async () => {
  const { client: connected, subscribed } = clientWith('ready');
  const subscriber = new RedisSubscriber(connected, 'news', () => {});
  subscriber.start();
  await waitFor(() => subscriber.isUp);
  expect(subscribed).toEqual(['news']);
});

test('a lazy duplicate that can not connect is an event, not an unhandled rejection', async () => {
  const errors: unknown[] = [];
  const subscriber = new RedisSubscriber(clientWith('wait').client, 'news', () => {});
  subscriber.on('error', ({ error }) => errors.push((error as Error).message));
  subscriber.start();
  await waitFor(() => errors.length === 1);
  expect(errors).toEqual(['refused']);
});

test('tells of a connection that the client has given up for good', async () => {
  const impatient = new Redis(service.port, service.host, { retryStrategy: () => null });
  impatient.on('error', () => {});
  const subscriber = new RedisSubscriber(impatient, 'news', () => {});
  expect(subscriber.hasEnded).toBe(false);
  subscriber.start();
  await waitFor(() => subscriber.isUp);
  expect(subscriber.hasEnded).toBe(false);
  await service.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await waitFor(() => subscriber.hasEnded);
  expect(subscriber.isUp).toBe(false);
  subscriber.close();
  impatient.disconnect();
});
