import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HttpCacheOptions } from '../../src/index.js';
import { waitFor } from '@spark-perf/test-services';
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

const date = (time: number): string => new Date(time).toUTCString();

describe('section 3: storing', () => {
  test.each<[string, Record<string, string | string[]>, number, boolean]>([
    ['nothing said, 200', {}, 200, true],
    ['nothing said, 404', {}, 404, false],
    ['max-age, 404', { 'Cache-Control': 'max-age=60' }, 404, true],
    ['max-age, 302', { 'Cache-Control': 'max-age=60' }, 302, true],
    ['max-age, 206', { 'Cache-Control': 'max-age=60', 'Content-Range': 'bytes 0-3/9' }, 206, false],
    ['500 without freshness', {}, 500, false],
    ['503 with freshness', { 'Cache-Control': 'max-age=60' }, 503, true],
    ['no-store', { 'Cache-Control': 'no-store, max-age=60' }, 200, false],
    ['private', { 'Cache-Control': 'private, max-age=60' }, 200, false],
    ['public alone', { 'Cache-Control': 'public' }, 200, false],
    [
      'must-understand, no-store, a status we know',
      { 'Cache-Control': 'must-understand, no-store, max-age=9' },
      200,
      true,
    ],
    [
      'must-understand, a status we do not know',
      { 'Cache-Control': 'must-understand, no-store, max-age=9' },
      299,
      false,
    ],
    ['Set-Cookie', { 'Set-Cookie': 'a=b', 'Cache-Control': 'max-age=60' }, 200, false],
    ['Vary: *', { Vary: 'accept, *', 'Cache-Control': 'max-age=60' }, 200, false],
    ['malformed max-age', { 'Cache-Control': 'max-age=soon' }, 200, false],
    ['Expires in the past', { Expires: '0' }, 200, false],
  ])('%s (%s %s): %s', async (_name, fields, status, stored) => {
    host.handler = sends(fields, 'body', status);
    await host.get('/');
    const second = await host.get('/');
    expect({ calls: host.calls, hit: second.headers['x-cache'] === 'HIT' }).toEqual({
      calls: stored ? 1 : 2,
      hit: stored,
    });
    expect([second.status, second.body]).toEqual([status, 'body']);
  });

  test('a request with no-store leaves nothing behind (5.2.1.5)', async () => {
    await host.get('/', { 'cache-control': 'no-store' });
    expect((await host.get('/')).headers['x-cache']).toBe('MISS');
  });

  test('3.1: hop-by-hop fields and those that Connection names are not kept', async () => {
    host.handler = sends({
      Connection: 'close, X-Once',
      'X-Once': '1',
      'X-Kept': '2',
      'Keep-Alive': 'timeout=9',
    });
    await host.get('/');
    const { headers } = await host.get('/');
    expect([headers['x-once'], headers['x-kept']]).toEqual([undefined, '2']);
  });

  test('private="x-user" keeps all but the field', async () => {
    host.handler = sends({ 'Cache-Control': 'max-age=60, private="X-User"', 'X-User': 'ann', 'X-Kept': '2' });
    await host.get('/');
    const { headers } = await host.get('/');
    expect([headers['x-cache'], headers['x-user'], headers['x-kept']]).toEqual(['HIT', undefined, '2']);
  });

  test.each([['strip', undefined] as const, ['store', ['a=b', 'c=d']] as const])(
    'setCookie: %s',
    async (setCookie, cookies) => {
      await reopen({ setCookie });
      host.handler = sends({ 'Set-Cookie': ['a=b', 'c=d'] });
      expect((await host.get('/')).headers['set-cookie']).toEqual(['a=b', 'c=d']);
      const second = await host.get('/');
      expect([second.headers['x-cache'], second.headers['set-cookie']]).toEqual(['HIT', cookies]);
    },
  );

  test('3.3: what is cut short or too long is not kept', async () => {
    await reopen({ maxBodySize: 10 });
    host.handler = sends({}, 'x'.repeat(11));
    expect((await host.get('/')).body).toHaveLength(11);
    await host.get('/');
    expect(host.calls).toBe(2);
    host.handler = ({ res }) => {
      res.setHeader('Content-Length', 8);
      res.write('half');
      res.destroy();
    };
    await expect(host.get('/cut')).rejects.toThrow();
    host.handler = sends({}, 'whole');
    expect((await host.get('/cut')).body).toBe('whole');
  });

  test('3.3: nor what is shorter than its Content-Length says', async () => {
    host.handler = ({ res }) => {
      res.writeHead(200, { 'Content-Length': '8' });
      res.end('half');
    };
    const cut = host.get('/');
    await waitFor(() => host.calls === 1);
    host.app.server!.closeAllConnections();
    await expect(cut).rejects.toThrow();
    host.handler = sends({}, 'whole');
    expect((await host.get('/')).body).toBe('whole');
  });
});

describe('section 3.5: requests with credentials', () => {
  test.each(['authorization', 'cookie'])('%s: neither read nor filled', async (name) => {
    await host.get('/', { [name]: 'mine' });
    expect((await host.get('/')).body).toBe('{"call":2}');
    expect((await host.get('/', { [name]: 'mine' })).body).toBe('{"call":3}');
    expect((await host.get('/')).body).toBe('{"call":2}');
  });

  test.each(['public, max-age=60', 's-maxage=60', 'must-revalidate, max-age=60'])(
    '%s: shared',
    async (field) => {
      host.handler = sends({ 'Cache-Control': field });
      await host.get('/', { authorization: 'mine' });
      expect((await host.get('/', { authorization: 'other' })).headers['x-cache']).toBe('HIT');
    },
  );

  test('a failure that may be shared does not take the place of a good answer that may not', async () => {
    await host.get('/');
    host.handler = sends({ 'Cache-Control': 'public, max-age=60' }, 'down', 503);
    expect((await host.get('/', { cookie: 'mine' })).status).toBe(503);
    expect(await host.get('/')).toMatchObject({ status: 200, body: '{"call":1}' });
  });

  test('varyBy tells users apart', async () => {
    await reopen({ varyBy: (ctx) => ctx.headers.authorization });
    await host.get('/', { authorization: 'ann' });
    expect((await host.get('/', { authorization: 'bob' })).body).toBe('{"call":2}');
    expect((await host.get('/', { authorization: 'ann' })).body).toBe('{"call":1}');
    expect((await host.get('/')).headers['x-cache']).toBe('BYPASS');
  });
});

describe('section 4.1: Vary', () => {
  test('each variant has its own answer; order and spaces of a list do not make another', async () => {
    host.handler = (ctx) => {
      ctx.res.setHeader('Vary', 'Accept-Language');
      ctx.res.end(`${String(ctx.headers['accept-language'])} ${host.calls}`);
    };
    expect((await host.get('/', { 'accept-language': 'de,en' })).body).toBe('de,en 1');
    expect((await host.get('/', { 'accept-language': 'fr' })).body).toBe('fr 2');
    expect((await host.get('/')).body).toBe('undefined 3');
    expect((await host.get('/', { 'accept-language': 'de ,  en' })).body).toBe('de,en 1');
    expect((await host.get('/', { 'accept-language': 'fr' })).body).toBe('fr 2');
    expect((await host.get('/')).body).toBe('undefined 3');
    await host.call('/', { method: 'POST' });
    expect((await host.get('/', { 'accept-language': 'fr' })).body).toBe('fr 5');
  });

  test('variants are capped', async () => {
    await reopen({ maxVariants: 3 });
    host.handler = sends({ Vary: 'X-V' });
    for (let i = 0; i < 50; i++) await host.get('/', { 'x-v': String(i) });
    expect(host.cache.getStats().l1.size).toBeLessThanOrEqual(1_000);
    expect((await host.get('/', { 'x-v': '49' })).headers['x-cache']).toBe('HIT');
    expect((await host.get('/', { 'x-v': '0' })).headers['x-cache']).toBe('MISS');
  });
});

describe('section 4.2: freshness', () => {
  test.each<[string, () => Record<string, string>, number]>([
    ['s-maxage over max-age', () => ({ 'Cache-Control': 'max-age=5, s-maxage=20' }), 20],
    [
      'max-age over Expires',
      () => ({ 'Cache-Control': 'max-age=20', Expires: date(host.clock.wallNow()) }),
      20,
    ],
    ['Expires less Date', () => ({ Expires: date(1_900_000_020_000), Date: date(1_900_000_000_000) }), 20],
    ['Age counts against it (4.2.3)', () => ({ 'Cache-Control': 'max-age=30', Age: '10' }), 20],
    ['the option ttl', () => ({}), 60],
  ])('%s', async (_name, fields, seconds) => {
    host.handler = (ctx) => sends(fields(), String(host.calls))(ctx);
    await host.get('/');
    await host.clock.advance((seconds - 1) * 1_000);
    expect((await host.get('/')).body).toBe('1');
    await host.clock.advance(1_000);
    expect((await host.get('/')).body).toBe('2');
  });

  test('4.2.2: heuristic freshness only where asked for', async () => {
    const fields = () => ({
      'Cache-Control': 'public',
      'Last-Modified': date(host.clock.wallNow() - 100_000),
    });
    host.handler = (ctx) => sends(fields())(ctx);
    await host.get('/');
    expect((await host.get('/')).headers['x-cache']).toBe('MISS');
    await reopen({ heuristic: 0.1 });
    host.handler = (ctx) => sends(fields())(ctx);
    await host.get('/');
    await host.clock.advance(9_000);
    expect((await host.get('/')).headers['x-cache']).toBe('HIT');
  });

  test('5.1: Age grows, Date stays', async () => {
    host.handler = sends({ 'Cache-Control': 'max-age=60', Age: '7' });
    await host.get('/');
    const now = host.clock.wallNow();
    await host.clock.advance(5_000);
    const { headers } = await host.get('/');
    expect([headers.age, headers.date]).toEqual(['12', date(now)]);
  });

  test('ttl: 0 keeps only what says how long', async () => {
    await reopen({ ttl: 0 });
    await host.get('/');
    expect((await host.get('/')).headers['x-cache']).toBe('MISS');
  });
});

describe('section 5.2.1: what requests ask', () => {
  beforeEach(async () => {
    host.handler = sends({ 'Cache-Control': 'max-age=20', ETag: '"v"' });
    await host.get('/');
    await host.clock.advance(10_000);
  });

  test.each<[string, number, string]>([
    ['max-age=15', 0, 'HIT'],
    ['max-age=5', 0, 'MISS'],
    ['min-fresh=5', 0, 'HIT'],
    ['min-fresh=15', 0, 'MISS'],
    ['no-cache', 0, 'MISS'],
    ['max-stale', 15_000, 'STALE'],
    ['max-stale=10', 15_000, 'STALE'],
    ['max-stale=3', 15_000, 'MISS'],
    ['only-if-cached', 0, 'HIT'],
  ])('%s, %s ms later: %s', async (field, later, expected) => {
    await host.clock.advance(later);
    expect((await host.get('/', { 'cache-control': field })).headers['x-cache']).toBe(expected);
  });

  test('only-if-cached without an answer: 504', async () => {
    expect((await host.get('/none', { 'cache-control': 'only-if-cached' })).status).toBe(504);
    expect(host.calls).toBe(1);
  });

  test('Pragma: no-cache where there is no Cache-Control (5.4)', async () => {
    expect((await host.get('/', { pragma: 'no-cache' })).headers['x-cache']).toBe('MISS');
  });

  test('must-revalidate is not overridden by max-stale (5.2.2.2)', async () => {
    host.handler = sends({ 'Cache-Control': 'max-age=1, must-revalidate' });
    await host.get('/strict');
    await host.clock.advance(2_000);
    expect((await host.get('/strict', { 'cache-control': 'max-stale' })).headers['x-cache']).toBe('MISS');
  });
});

describe('section 4.3: validation', () => {
  test('4.3.1, 4.3.4: a stale answer is confirmed by 304, and its fields are updated', async () => {
    host.handler = (ctx) => {
      const { res } = ctx;
      res.setHeader('Cache-Control', 'max-age=10');
      res.setHeader('ETag', '"v1"');
      res.setHeader('X-Count', String(host.calls));
      if (ctx.headers['if-none-match'] === '"v1"') {
        res.statusCode = 304;
        res.end();
      } else res.end('body');
    };
    await host.get('/');
    await host.clock.advance(11_000);
    const confirmed = await host.get('/');
    expect([confirmed.status, confirmed.body, confirmed.headers['x-count']]).toEqual([200, 'body', '2']);
    expect(confirmed.headers['cache-status']).toBe('spark; fwd=stale; fwd-status=304; stored');
    const again = await host.get('/');
    expect([again.headers['x-cache'], again.body, again.headers['x-count']]).toEqual(['HIT', 'body', '2']);
    expect(host.calls).toBe(2);
  });

  test('a changed one replaces it', async () => {
    host.handler = (ctx) =>
      sends({ 'Cache-Control': 'max-age=1', ETag: `"${host.calls}"` }, `${host.calls}`)(ctx);
    await host.get('/');
    await host.clock.advance(2_000);
    expect((await host.get('/')).body).toBe('2');
  });

  test('no-cache: kept, and never used without validation', async () => {
    host.handler = (ctx) => {
      ctx.res.setHeader('Cache-Control', 'no-cache');
      ctx.res.setHeader('ETag', '"v"');
      ctx.res.statusCode = ctx.headers['if-none-match'] === '"v"' ? 304 : 200;
      ctx.res.end(ctx.res.statusCode === 200 ? 'body' : undefined);
    };
    await host.get('/');
    const second = await host.get('/');
    expect([second.status, second.body, host.calls]).toEqual([200, 'body', 2]);
  });

  test('4.3.2: the client validates against the kept answer', async () => {
    const modified = date(1_700_000_000_000);
    host.handler = sends({ ETag: '"v"', 'Last-Modified': modified, 'X-Extra': '1' });
    await host.get('/');
    for (const headers of [
      { 'if-none-match': '"x", W/"v"' },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
    ]) {
      const answer = await host.get('/', headers);
      expect([answer.status, answer.body, answer.headers.etag, answer.headers['x-extra']]).toEqual([
        ...[304, '', '"v"', undefined],
      ]);
    }
    expect((await host.get('/', { 'if-none-match': '"other"', 'if-modified-since': modified })).status).toBe(
      200,
    );
    expect(host.calls).toBe(1);
  });

  test('a cold request with conditions: the handler does not see them, the client gets its 304', async () => {
    let seen: unknown;
    host.handler = (ctx) => {
      const { headers, req } = ctx;
      seen = [headers['if-none-match'], headers.range, req.headers.range, req.rawHeaders.includes('range')];
      sends({ ETag: '"v"' })(ctx);
    };
    expect((await host.get('/', { 'if-none-match': '"v"', range: 'bytes=0-1' })).status).toBe(304);
    expect(seen).toEqual([undefined, undefined, undefined, false]);
    expect((await host.get('/')).headers['x-cache']).toBe('HIT');
  });

  test('If-Match is for the origin alone', async () => {
    await host.get('/');
    expect((await host.get('/', { 'if-match': '"v"' })).headers['x-cache']).toBe('BYPASS');
  });
});

describe('section 4.4: invalidation', () => {
  test('an unsafe request that succeeds, and what it names on the same host', async () => {
    for (const path of ['/a', '/b', '/c', '/d']) await host.get(path);
    host.handler = sends({ Location: '/b', 'Content-Location': `http://127.0.0.1:${host.port}/c` }, '', 201);
    await host.call('/a', { method: 'POST' });
    host.handler = sends({}, 'new');
    expect((await host.get('/a')).body).toBe('new');
    expect((await host.get('/b')).body).toBe('new');
    expect((await host.get('/c')).body).toBe('new');
    expect((await host.get('/d')).body).not.toBe('new');
  });

  test('one that fails, and a Location elsewhere, leave everything', async () => {
    await host.get('/a');
    await host.get('/b');
    host.handler = sends({ Location: '/b' }, '', 500);
    await host.call('/a', { method: 'DELETE' });
    host.handler = sends({ Location: 'http://elsewhere.example/b' }, '', 200);
    await host.call('/other', { method: 'POST' });
    expect((await host.get('/a')).headers['x-cache']).toBe('HIT');
    expect((await host.get('/b')).headers['x-cache']).toBe('HIT');
  });
});

describe('RFC 5861', () => {
  test('stale-while-revalidate: one revalidates, all others get the stale answer at once', async () => {
    let finish: (() => void) | undefined;
    let started!: () => void;
    host.handler = async (ctx) => {
      const body = String(host.calls);
      if (host.calls > 1) {
        started();
        await new Promise<void>((resolve) => (finish = resolve));
      }
      sends({ 'Cache-Control': 'max-age=10, stale-while-revalidate=30', ETag: `"${body}"` }, body)(ctx);
    };
    await host.get('/');
    await host.clock.advance(15_000);
    const running = new Promise<void>((resolve) => (started = resolve));
    const revalidating = host.get('/');
    await running;
    const others = await Promise.all([host.get('/'), host.get('/')]);
    expect(others.map(({ body, headers }) => [body, headers['x-cache']])).toEqual([
      ['1', 'STALE'],
      ['1', 'STALE'],
    ]);
    finish!();
    expect((await revalidating).body).toBe('2');
    expect((await host.get('/')).body).toBe('2');
    expect(host.calls).toBe(2);
  });

  test('stale-if-error: a failing origin, an error and no replaced entry', async () => {
    host.handler = sends({ 'Cache-Control': 'max-age=10, stale-if-error=60' }, 'good');
    await host.get('/');
    await host.clock.advance(15_000);
    host.handler = sends({ 'Cache-Control': 'max-age=99' }, 'bad', 503);
    const stale = await host.get('/');
    expect([stale.status, stale.body, stale.headers['x-cache']]).toEqual([200, 'good', 'STALE']);
    host.handler = () => {
      throw new Error('origin');
    };
    expect((await host.get('/')).body).toBe('good');
    await host.clock.advance(60_000);
    host.handler = sends({}, 'bad', 503);
    expect((await host.get('/')).status).toBe(503);
  });
});

describe('RFC 9211 and the guide', () => {
  test('Cache-Status and X-Cache', async () => {
    expect((await host.get('/')).headers).toMatchObject({
      'x-cache': 'MISS',
      'cache-status': 'spark; fwd=uri-miss; fwd-status=200; stored',
    });
    expect((await host.get('/')).headers).toMatchObject({
      'x-cache': 'HIT',
      'cache-status': 'spark; hit; ttl=60',
    });
    expect((await host.call('/', { method: 'OPTIONS' })).headers).toMatchObject({
      'x-cache': 'BYPASS',
      'cache-status': 'spark; fwd=method',
    });
    host.handler = sends({ Vary: 'X-V' });
    await host.get('/v', { 'x-v': '1' });
    expect((await host.get('/v', { 'x-v': '2' })).headers['cache-status']).toBe(
      'spark; fwd=vary-miss; fwd-status=200; stored',
    );
    host.handler = sends({ 'Cache-Control': 'private' });
    expect((await host.get('/p')).headers['cache-status']).toBe(
      'spark; fwd=uri-miss; fwd-status=200; detail=private',
    );
  });
});

describe('RFC 9110, section 14: ranges from a full answer', () => {
  test.each<[string, number, string, string | undefined]>([
    ['bytes=2-4', 206, 'cde', 'bytes 2-4/10'],
    ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
    ['bytes=-2', 206, 'ij', 'bytes 8-9/10'],
    ['bytes=5-99', 206, 'fghij', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, 'abcdefghij', undefined],
    ['bytes=0-1,4-5', 200, 'abcdefghij', undefined],
    ['lines=1-2', 200, 'abcdefghij', undefined],
  ])('%s: %s', async (range, status, body, contentRange) => {
    host.handler = sends({ ETag: '"v"' }, 'abcdefghij');
    // The first one fetches the whole answer, the second one comes from the cache.
    for (let i = 0; i < 2; i++) {
      const answer = await host.get('/', { range });
      expect([answer.status, answer.body, answer.headers['content-range']]).toEqual([
        status,
        body,
        contentRange,
      ]);
    }
    expect(host.calls).toBe(1);
    expect((await host.get('/', { range, 'if-range': '"other"' })).status).toBe(200);
  });
});
