import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import type { HttpCacheOptions } from '../../src/index.js';
import { HttpHost, sends } from './http-host.js';

let host: HttpHost;
const open = async (options: HttpCacheOptions): Promise<void> => {
  host = await HttpHost.open(options);
};
afterEach(() => host.close());

const ask = async (path: string, authorization?: string): Promise<string> =>
  (await host.get(path, authorization === undefined ? {} : { authorization })).body;
const post = (path: string, headers: Record<string, string> = {}) =>
  host.call(path, { method: 'POST', headers });

describe('with varyBy an unsafe request changes the resource for everybody', () => {
  beforeEach(async () => {
    await open({ varyBy: ({ headers }) => headers.authorization });
    host.handler = (ctx) => ctx.send(`${String(ctx.headers.authorization)} ${host.calls}`);
  });

  test.each<[string, Record<string, string>]>([
    ['of one of the users', { authorization: 'ann' }],
    ['of nobody in particular', {}],
  ])('one %s', async (_name, headers) => {
    expect([await ask('/', 'ann'), await ask('/', 'bob'), await ask('/other', 'bob')]).toEqual([
      ...['ann 1', 'bob 2', 'bob 3'],
    ]);
    await post('/', headers);
    expect([await ask('/', 'ann'), await ask('/', 'bob'), await ask('/other', 'bob')]).toEqual([
      ...['ann 5', 'bob 6', 'bob 3'],
    ]);
  });

  test('what was being fetched for another user meanwhile is not kept, and nobody waits for it', async () => {
    let finish!: () => void;
    host.handler = async (ctx) => {
      const body = String(host.calls);
      if (body === '1') await new Promise<void>((resolve) => (finish = resolve));
      ctx.send(body);
    };
    const first = ask('/', 'bob');
    await waitFor(() => host.calls === 1);
    await post('/', { authorization: 'ann' });
    expect(await ask('/', 'bob')).toBe('3');
    finish();
    expect(await first).toBe('1');
    expect(await ask('/', 'bob')).toBe('3');
  });

  test('with answers that vary too', async () => {
    host.handler = (ctx) => {
      ctx.res.setHeader('Vary', 'Accept-Language');
      ctx.send(String(host.calls));
    };
    expect([await ask('/', 'ann'), await ask('/', 'ann')]).toEqual(['1', '1']);
    await post('/', { authorization: 'bob' });
    expect([await ask('/', 'ann'), await ask('/', 'ann')]).toEqual(['3', '3']);
  });
});

describe('what it names belongs to the rule of its own path', () => {
  beforeEach(async () => {
    await open({
      ignoreQuery: ['utm'],
      rules: [
        { path: '/users/*', varyBy: ({ headers }) => headers.authorization },
        { path: '/keyed', key: () => 'same' },
        { path: '/hosted', host: ['elsewhere.example'] },
      ],
    });
  });

  test.each(['Location', 'Content-Location'])('%s', async (field) => {
    host.handler = (ctx) => ctx.send(String(host.calls));
    expect([await ask('/users/7', 'ann'), await ask('/users/7', 'ann')]).toEqual(['1', '1']);
    host.handler = sends({ [field]: '/users/7?utm=x' }, '', 201);
    await post('/list');
    host.handler = (ctx) => ctx.send(String(host.calls));
    expect(await ask('/users/7', 'ann')).toBe('3');
  });

  test('a key function and a host that is not cached are no failure', async () => {
    for (const location of ['/keyed', '/hosted', '//[', 'http://[::', '']) {
      host.handler = sends({ Location: location }, 'made', 201);
      expect(await post('/list')).toMatchObject({ status: 201, body: 'made' });
    }
  });
});

test.each(['PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
  '%s is unsafe, as far as a cache can know',
  async (method) => {
    await open({});
    host.handler = (ctx) => ctx.send(String(host.calls));
    expect(await ask('/')).toBe('1');
    await host.call('/', { method });
    expect(await ask('/')).toBe('3');
  },
);

test.each([200, 303, 304, 400, 404, 500])(
  'its status %i: what counts is whether it has succeeded',
  async (status) => {
    await open({});
    host.handler = (ctx) => ctx.send(String(host.calls));
    expect(await ask('/')).toBe('1');
    host.handler = sends({}, '', status);
    await host.call('/', { method: 'PUT' });
    host.handler = (ctx) => ctx.send(String(host.calls));
    expect(await ask('/')).toBe(status < 400 ? '3' : '1');
  },
);
