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

const MODIFIED = new Date(1_700_000_000_000).toUTCString();
const LATER = new Date(1_700_000_001_000).toUTCString();

test.each<[string, number]>([
  ['"v"', 206],
  ['"other"', 200],
  ['W/"v"', 200],
  [MODIFIED, 206],
  [LATER, 200],
])('RFC 9110, 13.1.5: If-Range %s: %i', async (condition, status) => {
  host.handler = sends({ ETag: '"v"', 'Last-Modified': MODIFIED }, 'abcdefghij');
  await host.get('/');
  expect(await host.get('/', { range: 'bytes=1-2', 'if-range': condition })).toMatchObject({
    status,
    body: status === 206 ? 'bc' : 'abcdefghij',
  });
});

test('a weak tag of the answer matches no If-Range', async () => {
  host.handler = sends({ ETag: 'W/"v"' }, 'abcdefghij');
  await host.get('/');
  expect((await host.get('/', { range: 'bytes=1-2', 'if-range': 'W/"v"' })).status).toBe(200);
});

test('RFC 9110, 14.3: whatever is kept whole says that it can be had in parts', async () => {
  host.handler = sends({ 'Accept-Ranges': 'none' }, 'abcdefghij');
  await host.get('/');
  for (const headers of [{}, { 'if-none-match': '"x"' }])
    expect((await host.get('/', headers)).headers['accept-ranges']).toBe('bytes');
});

describe('RFC 9111, 3: without an ETag of our own making', () => {
  beforeEach(() => reopen({ etag: false }));

  test.each<[string, Record<string, string>, boolean]>([
    ['no-cache with an ETag', { 'Cache-Control': 'no-cache', ETag: '"v"' }, true],
    ['no-cache with a date', { 'Cache-Control': 'no-cache', 'Last-Modified': MODIFIED }, true],
    ['no-cache with neither', { 'Cache-Control': 'no-cache' }, false],
    ['no time left, with an ETag', { 'Cache-Control': 'max-age=0', ETag: '"v"' }, true],
    ['no time left, with neither', { 'Cache-Control': 'max-age=0' }, false],
    ['time left, with neither', { 'Cache-Control': 'max-age=9' }, true],
  ])('%s: kept %s', async (_name, fields, kept) => {
    host.handler = sends(fields);
    const { headers } = await host.get('/');
    expect(headers['cache-status']).toBe(
      `spark; fwd=uri-miss; fwd-status=200; ${kept ? 'stored' : 'detail=no-validator'}`,
    );
    expect(headers.etag).toBe(fields['ETag']);
  });

  test('a stale answer is validated with what it has', async () => {
    const seen: unknown[] = [];
    host.handler = (ctx) => {
      seen.push([ctx.headers['if-none-match'], ctx.headers['if-modified-since']]);
      sends({ 'Cache-Control': 'max-age=1', 'Last-Modified': MODIFIED })(ctx);
    };
    await host.get('/');
    await host.clock.advance(2_000);
    await host.get('/');
    expect(seen).toEqual([
      [undefined, undefined],
      [undefined, MODIFIED],
    ]);
  });
});

test('5xx with freshness of its own does not take the place of a good answer that it could not confirm', async () => {
  host.handler = sends({ 'Cache-Control': 'max-age=10', ETag: '"v"' }, 'good');
  await host.get('/');
  await host.clock.advance(15_000);
  host.handler = sends({ 'Cache-Control': 'max-age=600' }, 'down', 503);
  expect((await host.get('/')).status).toBe(503);
  host.handler = (ctx) => {
    expect(ctx.headers['if-none-match']).toBe('"v"');
    sends({ 'Cache-Control': 'max-age=10', ETag: '"v"' }, '', 304)(ctx);
  };
  expect(await host.get('/')).toMatchObject({ status: 200, body: 'good' });
});

test.each([
  ['weak', /^W\/"[\w-]{27}"$/, 200],
  ['strong', /^"[\w-]{27}"$/, 206],
] as const)('an ETag of our own making: %s', async (etag, form, ranged) => {
  await reopen({ etag });
  host.handler = sends({}, 'abcdefghij');
  await host.get('/');
  const { headers } = await host.get('/');
  expect(headers.etag).toMatch(form);
  expect((await host.get('/', { 'if-none-match': headers.etag! })).status).toBe(304);
  expect((await host.get('/', { range: 'bytes=1-2', 'if-range': headers.etag! })).status).toBe(ranged);
  host.handler = sends({ 'Cache-Control': 'max-age=9' }, 'missing', 404);
  await host.get('/missing');
  expect((await host.get('/missing')).headers.etag).toBeUndefined();
});
