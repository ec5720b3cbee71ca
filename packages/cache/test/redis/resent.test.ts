import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RedisService } from '@spark-perf/test-services';
import { startRedis, waitFor } from '@spark-perf/test-services';
import type { Instance } from './open-instance.js';
import { openInstance } from './open-instance.js';

let redis: RedisService;
let tunnel: Server;
let armed = false;
let cut: (() => void) | undefined;

beforeAll(async () => {
  redis = await startRedis();
  tunnel = createServer((client) => {
    const up = connect(Number(new URL(redis.url).port), '127.0.0.1');
    let swallow = false;
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (armed && text.includes('{kk}') && /evalsha/i.test(text)) {
        swallow = true;
        armed = false;
        cut = () => client.destroy();
      }
      if (!swallow) up.write(bytes);
    });
    up.on('data', (bytes) => client.write(bytes));
    client.on('close', () => up.destroy());
    for (const socket of [client, up]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => void tunnel.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => void tunnel.close(resolve));
  await redis.stop();
});

/** A value whose way to Redis ends in the middle; then `meanwhile` happens, and the connection breaks. */
async function cutOff(meanwhile: (others: Instance) => Promise<unknown>) {
  const { port } = tunnel.address() as AddressInfo;
  const [one, others] = await Promise.all([
    openInstance(`redis://127.0.0.1:${port}`, { levelTimeout: 100 }),
    openInstance(redis.url),
  ]);
  try {
    await one.cache.set('other', 1);
    armed = true;
    await one.cache.set('k', 'older');
    expect(one.cache.getStats().l2?.up).toBe(false);
    // By Redis's time too it is later than the first one may have been on its way.
    const now = performance.now();
    await waitFor(() => performance.now() > now + 200);
    await meanwhile(others);
    cut!();
    await waitFor(() => one.cache.getStats().l2?.up === true, { timeout: 20_000 });
    return [await others.cache.get('k'), await one.cache.get('k')];
  } finally {
    await Promise.all([one.close(), others.close()]);
  }
}

beforeEach(() => redis.command('FLUSHALL'));

test('a client that reconnects sends its last write once more: it does not take the place of a newer one', async () => {
  // Nobody can tell which of the two is the newer one: then none stays.
  expect(await cutOff((others) => others.cache.set('k', 'newer'))).toEqual([null, null]);
});

test('nor does it bring back what was deleted', async () => {
  expect(await cutOff((others) => others.cache.invalidate('k'))).toEqual([null, null]);
});

test('where nothing has happened it arrives', async () => {
  expect(await cutOff(() => Promise.resolve())).toEqual(['older', 'older']);
});
