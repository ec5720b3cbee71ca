import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import { openInstance } from './open-instance.js';

let redis: RedisService;
/** A way to Redis on which single connections can be made to swallow whatever comes back. */
let tunnel: Server;
const connections: { readonly client: Socket; readonly redis: Socket; sent: string }[] = [];

beforeAll(async () => {
  redis = await startRedis();
  tunnel = createServer((client) => {
    const connection = { client, redis: connect(Number(new URL(redis.url).port), '127.0.0.1'), sent: '' };
    connections.push(connection);
    client.on('data', (bytes) => {
      connection.sent = (connection.sent + bytes.toString('latin1')).slice(-10_000);
      connection.redis.write(bytes);
    });
    connection.redis.on('data', (bytes) => client.write(bytes));
    client.on('close', () => connection.redis.destroy());
    for (const socket of [client, connection.redis]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => void tunnel.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const { client } of connections) client.destroy();
  await new Promise((resolve) => void tunnel.close(resolve));
  await redis.stop();
});

test('a subscription that nobody closes and nothing comes through is noticed and replaced', async () => {
  const { port } = tunnel.address() as AddressInfo;
  const [deaf, other] = await Promise.all([
    openInstance(`redis://127.0.0.1:${port}`, { busHeartbeat: 100 }),
    openInstance(redis.url),
  ]);
  try {
    const states: string[] = [];
    deaf.cache.on('bus', ({ state }) => states.push(state));
    await other.cache.set('k', 1);
    await waitFor(async () => (await deaf.cache.get('k')) === 1 && deaf.cache.peek('k') === 1);
    const subscription = connections.find(({ sent }) => /subscribe/i.test(sent))!;
    subscription.redis.removeAllListeners('data').resume();
    await other.cache.set('k', 2);
    await waitFor(() => states.includes('down'), { timeout: 20_000 });
    // What can't be heard is verified.
    expect(deaf.cache.peek('k')).toBeUndefined();
    expect(await deaf.cache.get('k')).toBe(2);
    await waitFor(() => deaf.cache.getStats().busUp, { timeout: 20_000 });
    await waitFor(async () => (await deaf.cache.get('k')) === 2 && deaf.cache.peek('k') === 2);
    await other.cache.set('k', 3);
    await waitFor(() => deaf.cache.peek('k') === undefined, { timeout: 20_000 });
    expect(await deaf.cache.get('k')).toBe(3);
    expect(deaf.errors).toEqual([]);
  } finally {
    await Promise.all([deaf.close(), other.close()]);
  }
});
