import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HttpCacheOptions } from '../../src/index.js';
import { HttpHost, sends } from './http-host.js';

let host: HttpHost;
beforeEach(async () => {
  host = await HttpHost.open();
});
afterEach(() => host.close());
async function reopen(options: HttpCacheOptions): Promise<void> {
  await host.close();
  host = await HttpHost.open(options);
}

// A client whose own condition or range makes the cache judge the answer, and one that it just streams to.
const CLIENTS: [string, Record<string, string>, number][] = [
  ['a plain one', {}, 200],
  ['one with a condition that fails', { 'if-none-match': '"other"' }, 200],
  ['one with a condition that holds', { 'if-none-match': '"v"' }, 304],
  ['one that wants a part', { range: 'bytes=0-1' }, 206],
];

describe.each(CLIENTS)('who asks first, %s', (_name, headers, status) => {
  test('gets the cookies that are stripped from what is kept', async () => {
    await reopen({ setCookie: 'strip' });
    host.handler = sends({ 'Set-Cookie': ['a=b', 'c=d'], ETag: '"v"' });
    const first = await host.get('/', headers);
    expect([first.status, first.headers['set-cookie']]).toEqual([status, ['a=b', 'c=d']]);
    const second = await host.get('/');
    expect([second.headers['x-cache'], second.headers['set-cookie']]).toEqual(['HIT', undefined]);
  });

  test('and the fields that are private', async () => {
    host.handler = sends({ 'Cache-Control': 'max-age=9, private="X-User"', 'X-User': 'ann', ETag: '"v"' });
    const first = await host.get('/', headers);
    expect([first.status, first.headers['x-user']]).toEqual([status, 'ann']);
    const second = await host.get('/');
    expect([second.headers['x-cache'], second.headers['x-user']]).toEqual(['HIT', undefined]);
  });

  test('but none that belong to a connection', async () => {
    host.handler = sends({ ETag: '"v"', Connection: 'X-Hop', 'X-Hop': '1', 'Proxy-Authenticate': 'Basic' });
    await host.get('/', headers);
    const second = await host.get('/', headers);
    expect([second.status, second.headers['x-hop'], second.headers['proxy-authenticate']]).toEqual([
      ...[status, undefined, undefined],
    ]);
  });
});

describe('a 304 for our own validator', () => {
  const confirm = async (fields: Record<string, string>, later = 20_000): Promise<void> => {
    host.handler = sends({ 'Cache-Control': 'max-age=10, stale-if-error=9999', ETag: '"v"' }, 'kept');
    await host.get('/');
    await host.clock.advance(later);
    host.handler = sends({ ETag: '"v"', ...fields }, '', 304);
  };

  test.each(CLIENTS)('that sets a cookie: %s gets it, and it is not kept', async (_name, headers, status) => {
    await confirm({ 'Set-Cookie': 'a=b' });
    const first = await host.get('/', headers);
    expect([first.status, first.headers['set-cookie'], first.headers.etag]).toEqual([status, ['a=b'], '"v"']);
    expect(first.body).toBe({ 200: 'kept', 206: 'ke', 304: '' }[status]);
    host.handler = sends({ ETag: '"v"', 'Cache-Control': 'max-age=10' }, '', 304);
    const second = await host.get('/');
    expect([second.body, second.headers['set-cookie']]).toEqual(['kept', undefined]);
  });

  test.each(['private', 'no-store'])('that says %s: it is the last time', async (field) => {
    await confirm({ 'Cache-Control': field });
    expect(await host.get('/')).toMatchObject({ body: 'kept', headers: { 'cache-control': field } });
    host.handler = sends({}, 'down', 503);
    // Nothing is left that could stand in.
    expect((await host.get('/')).status).toBe(503);
  });

  test.each([
    ['stale-if-error=0', 'no'],
    ['stale-if-error=99', 'yes'],
  ])('that says %s: the new word counts', async (field, stands) => {
    await confirm({ 'Cache-Control': `max-age=1, ${field}` });
    await host.get('/');
    await host.clock.advance(50_000);
    host.handler = sends({}, 'down', 503);
    expect((await host.get('/')).status).toBe(stands === 'yes' ? 200 : 503);
  });

  test('updates fields, and not those that tell of the body', async () => {
    await confirm({
      'Content-Type': 'text/other',
      'Content-Encoding': 'br',
      'X-New': '1',
      'Cache-Control': 'max-age=10',
    });
    for (let i = 0; i < 2; i++) {
      const { headers, body } = await host.get('/');
      expect([headers['content-encoding'], headers['content-length'], headers['x-new'], body]).toEqual([
        ...[undefined, '4', '1', 'kept'],
      ]);
    }
  });
});
