import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import type { LoadBalancerOptions, OutgoingRequest, PickableServer } from '../../src/index.js';
import { RawUpstream } from '../../src/testing/index.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A front with two servers, and what its hooks did wrong. */
async function withHooks(options: LoadBalancerOptions) {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => socket.write(OK);
  const front = await world.front([upstream.port, upstream.port], options);
  const errors: unknown[] = [];
  front.balancer.on('hookFailed', ({ error }) => errors.push(error));
  return { ...front, upstream, errors };
}

const boom = (): never => {
  throw new Error('boom');
};

test.each<[string, LoadBalancerOptions]>([
  ['beforeRequest throws', { beforeRequest: boom }],
  ['beforeRequest rejects', { beforeRequest: () => Promise.reject(new Error('boom')) }],
  ['afterResponse throws', { afterResponse: boom }],
  ['rewritePath throws', { rewritePath: boom }],
  ['hashKey throws', { algorithm: 'hash', hashKey: boom }],
  ['a picker throws', { algorithm: { pick: boom } }],
])(
  '%s: 500 without a word of it, told as hookFailed, no server’s fault and not repeated',
  async (_name, options) => {
    const { url, balancer, errors } = await withHooks(options);
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('boom');
    expect(errors).toEqual([expect.objectContaining({ message: 'boom' })]);
    const { servers, activeConnections, retries } = balancer.getStats();
    expect({ activeConnections, retries }).toEqual({ activeConnections: 0, retries: 0 });
    expect(servers.map(({ errors: own, healthy }) => [own, healthy])).toEqual([
      [0, true],
      [0, true],
    ]);
  },
);

test.each<[string, object]>([
  ['nobody', { pick: () => undefined }],
  ['a stranger', { pick: () => ({ id: 's0' }) as PickableServer }],
])('a picker that chooses %s: 500', async (_name, algorithm) => {
  const { url, errors } = await withHooks({ algorithm: algorithm as never });
  expect((await fetch(url)).status).toBe(500);
  expect(errors).toEqual([expect.any(TypeError)]);
});

test('a picker that throws when a retry asks it ends the request, and nothing else', async () => {
  let asked = 0;
  const { url, upstream, errors } = await withHooks({
    algorithm: {
      pick: (servers) => {
        if (asked++ === 1) throw new Error('boom');
        return servers[0]!;
      },
    },
  });
  const third = await RawUpstream.start();
  world.defer(() => third.close());
  upstream.respond = ({ socket }) => socket.destroy();
  const three = await world.front([upstream.port, upstream.port, upstream.port], {
    algorithm: {
      pick: (servers) => {
        if (servers.length < 3) throw new Error('boom');
        return servers[0]!;
      },
    },
  });
  expect((await fetch(three.url)).status).toBe(500);
  expect(three.balancer.getStats().activeConnections).toBe(0);
  expect([url, errors]).toEqual([url, []]);
});

test('who can’t be judged is not trusted', async () => {
  const { url, upstream, errors } = await withHooks({ trustProxy: boom as never });
  expect((await fetch(url, { headers: { 'X-Forwarded-For': '6.6.6.6' } })).status).toBe(200);
  expect(upstream.requests[0]?.head).not.toContain('6.6.6.6');
  expect(errors).toHaveLength(1);
});

test('a beforeRequest that does not end: 500 in the time for a connection, no server’s fault, nothing sent later', async () => {
  const clock = new ManualClock();
  let end = () => {};
  const { url, upstream, balancer, errors } = await withHooks({
    clock,
    beforeRequest: () => new Promise<void>((resolve) => (end = resolve)),
  });
  const answer = fetch(url);
  await waitFor(() => balancer.getStats().activeConnections === 1);
  await clock.advance(6_000);
  expect((await answer).status).toBe(500);
  expect(errors).toHaveLength(1);
  end();
  await new Promise((resolve) => setImmediate(resolve));
  expect(upstream.requests).toHaveLength(0);
  expect(balancer.getStats()).toMatchObject({ activeConnections: 0, failed: { connect: 0 } });
});

describe('what beforeRequest leaves', () => {
  const send = async (change: (request: OutgoingRequest) => void, method = 'POST') => {
    const { url, upstream, errors } = await withHooks({ beforeRequest: change });
    const answer = await fetch(url, method === 'POST' ? { method, body: 'hello' } : { method });
    return { status: answer.status, head: upstream.requests[0]?.head ?? '', errors };
  };

  test.each<[string, (request: OutgoingRequest) => void]>([
    ['another length', ({ headers }) => headers.set('Content-Length', '2')],
    ['a second length', ({ headers }) => headers.append('content-length', '5')],
    ['a transfer coding', ({ headers }) => headers.set('Transfer-Encoding', 'chunked')],
    ['a connection’s field', ({ headers }) => headers.set('Connection', 'x')],
    ['an upgrade', ({ headers }) => headers.set('Upgrade', 'h2c')],
    ['a line of its own', ({ headers }) => headers.set('X-A', 'b\r\nX-Evil: 1')],
    ['a name that is none', ({ headers }) => headers.set('X A', 'b')],
    ['text beyond Latin-1', ({ headers }) => headers.set('X-A', '→')],
    ['a path with a space', (request) => (request.path = '/a b')],
    ['a path beyond Latin-1', (request) => (request.path = '/→')],
    ['another host’s path', (request) => (request.path = 'http://evil/')],
  ])('%s is not sent: 500', async (_name, change) => {
    for (const method of ['POST', 'HEAD']) {
      const { status, head, errors } = await send(change, method);
      expect([status, head]).toEqual([500, '']);
      expect(errors).toEqual([expect.any(TypeError)]);
    }
  });

  test('fields may be taken away and the path changed', async () => {
    const { status, head } = await send((request) => {
      request.path = '/b%20c?d';
      request.headers.delete('content-length').delete('te').append('X-New', 'ü');
    });
    expect(status).toBe(200);
    expect(head).toMatch(/^POST \/b%20c\?d /);
    expect(head).toMatch(/transfer-encoding: chunked/i);
  });

  test('it is told the attempt and the server', async () => {
    const seen: [string, number][] = [];
    const { url, upstream } = await withHooks({
      beforeRequest: ({ server, attempt }) => void seen.push([server, attempt]),
    });
    let turn = 0;
    upstream.respond = ({ socket }) => (turn++ === 0 ? socket.destroy() : socket.write(OK));
    expect((await fetch(url)).status).toBe(200);
    expect(seen).toEqual([
      ['s0', 1],
      ['s1', 2],
    ]);
  });
});

describe('what afterResponse leaves', () => {
  test.each<[string, LoadBalancerOptions['afterResponse']]>([
    ['another length', ({ headers }) => void headers.set('Content-Length', '1')],
    ['a transfer coding', ({ headers }) => void headers.set('Transfer-Encoding', 'chunked')],
    ['a line of its own', ({ headers }) => void headers.set('X-A', 'b\r\nX-Evil: 1')],
    ['an interim status', (response) => void (response.status = 103)],
    ['no status', (response) => void (response.status = NaN)],
  ])('%s is not sent: 500', async (_name, afterResponse) => {
    const { url, errors } = await withHooks({ afterResponse });
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('x-evil')]).toEqual([500, null]);
    expect(errors).toEqual([expect.any(TypeError)]);
  });

  test('a 204 has no length and no body, whatever the server’s answer was', async () => {
    const { url } = await withHooks({ afterResponse: (response) => void (response.status = 204) });
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      204,
      null,
      '',
    ]);
  });

  test('without its length a body is sent in chunks', async () => {
    const { url } = await withHooks({
      afterResponse: ({ headers }) => void headers.delete('Content-Length'),
    });
    const answer = await fetch(url);
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    expect(await answer.text()).toBe('ok');
  });
});

test.each(['/a b', '/→', 'a', '', undefined])('rewritePath to %j: 500', async (path) => {
  const { url, upstream, errors } = await withHooks({ rewritePath: () => path as string });
  expect((await fetch(url)).status).toBe(500);
  expect([upstream.requests.length, errors.length]).toEqual([0, 1]);
});
