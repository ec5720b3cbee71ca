import { expect, test } from '@jest/globals';
import { Spark } from '../src/index.js';
import type { TrustProxySetting } from '../src/index.js';
import { RunningApp } from './running-app.js';

async function facts(
  trustProxy: TrustProxySetting | undefined,
  headers: Record<string, string>,
): Promise<unknown[]> {
  await using host = await RunningApp.start(
    (app) => app.use((ctx) => ctx.json([ctx.ip(), ctx.ips(), ctx.protocol(), ctx.host()])),
    { trustProxy },
  );
  return (await host.ask('/', { headers: { host: 'h', ...headers } })).json() as unknown[];
}

const forwarded = {
  'x-forwarded-for': '6.6.6.6, 1.1.1.1, 10.0.0.2',
  'x-forwarded-proto': 'https, http',
  'x-forwarded-host': 'example.org',
};

test.each<[TrustProxySetting | undefined, unknown[]]>([
  [undefined, ['127.0.0.1', ['127.0.0.1'], 'http', 'h']],
  [false, ['127.0.0.1', ['127.0.0.1'], 'http', 'h']],
  [0, ['127.0.0.1', ['127.0.0.1'], 'http', 'h']],
  [1, ['10.0.0.2', ['10.0.0.2'], 'https', 'example.org']],
  [2, ['1.1.1.1', ['1.1.1.1', '10.0.0.2'], 'https', 'example.org']],
  [
    ['127.0.0.0/8', '10.0.0.0/8'],
    ['1.1.1.1', ['1.1.1.1', '10.0.0.2'], 'https', 'example.org'],
  ],
  [['192.168.0.0/16'], ['127.0.0.1', ['127.0.0.1'], 'http', 'h']],
  [(address) => address.startsWith('127.'), ['10.0.0.2', ['10.0.0.2'], 'https', 'example.org']],
  [true, ['6.6.6.6', ['6.6.6.6', '1.1.1.1', '10.0.0.2'], 'https', 'example.org']],
])('trustProxy %p', async (trustProxy, expected) => {
  expect(await facts(trustProxy, forwarded)).toEqual(expected);
});

test('without forwarded fields a trusted proxy is the client; nonsense in them is not believed', async () => {
  expect(await facts(1, {})).toEqual(['127.0.0.1', ['127.0.0.1'], 'http', 'h']);
  expect(await facts(true, { 'x-forwarded-for': 'unknown', 'x-forwarded-proto': 'gopher' })).toEqual([
    '127.0.0.1',
    ['127.0.0.1'],
    'http',
    'h',
  ]);
});

test('the setting may change while the application runs; a bad one fails at construction', async () => {
  await using host = await RunningApp.start((app) => app.use((ctx) => ctx.json(ctx.ip())));
  expect((await host.ask('/', { headers: forwarded })).json()).toBe('127.0.0.1');
  host.app.settings.trustProxy = 1;
  expect((await host.ask('/', { headers: forwarded })).json()).toBe('10.0.0.2');
  expect(() => new Spark({ trustProxy: ['300.0.0.0/8'] })).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
  );
});
