import { describe, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { InvalidOptionError } from '@spark-perf/core';
import { LoadBalancer } from '../src/index.js';
import { RawClient, RawUpstream } from '../src/testing/index.js';
import { testWorld } from './support/world.js';

const world = testWorld();
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n';

/** One server with two balancers, below `/a` and `/b`, and requests elsewhere answered by the application. */
async function twoBalancers() {
  const front = await world.front([], { mount: '/a' });
  const other = new LoadBalancer({ health: false });
  world.defer(() => other.close({ drain: 0 }));
  front.app.use('/b', other.middleware() as never);
  front.app.use((ctx) => void ctx.send('mine'));
  other.upgrade(front.app, { path: '/b' });
  const upstreams = await Promise.all(['a', 'b'].map(() => RawUpstream.start()));
  for (const [index, upstream] of upstreams.entries()) {
    world.defer(() => upstream.close());
    upstream.respond = ({ head, socket }) => {
      if (/^upgrade:/im.test(head)) socket.write(`${SWITCHED}from ${'ab'[index]}`);
      else
        socket.write(
          'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nfrom ' + 'ab'[index],
        );
    };
  }
  front.balancer.addServer({ id: 'a', url: `http://127.0.0.1:${upstreams[0]!.port}` });
  other.addServer({ id: 'b', url: `http://127.0.0.1:${upstreams[1]!.port}` });
  const ask = async (text: string, until: RegExp): Promise<string> => {
    const client = new RawClient(front.port);
    world.defer(() => client.destroy());
    client.send(text);
    await client.until(() => until.test(client.received) || client.closed, 10_000);
    return client.received;
  };
  return { ...front, other, ask };
}

const upgradeOf = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\n`;
const expectOf = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi`;
const CONNECT = 'CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n';

describe('two balancers on one server', () => {
  test('each gets its own upgrades; those of nobody are answered, once', async () => {
    const { ask } = await twoBalancers();
    expect(await ask(upgradeOf('/a/x'), /from/)).toMatch(/^HTTP\/1\.1 101 [^]*from a$/);
    expect(await ask(upgradeOf('/b'), /from/)).toMatch(/^HTTP\/1\.1 101 [^]*from b$/);
    for (const path of ['/c', '/ab', '/'])
      expect(await ask(upgradeOf(path), /never/)).toMatch(
        /^HTTP\/1\.1 404 (?!.*HTTP)[^]*"error":"Not Found"\}$/,
      );
  });

  test('each gets its own expectations; the application gets the others, asked for their bodies', async () => {
    const { ask } = await twoBalancers();
    expect(await ask(expectOf('/a'), /from/)).toMatch(/^HTTP\/1\.1 100 [^]*200 [^]*from a$/);
    expect(await ask(expectOf('/b'), /from/)).toMatch(/^HTTP\/1\.1 100 [^]*200 [^]*from b$/);
    expect(await ask(expectOf('/c'), /mine/)).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 [^]*mine$/,
    );
  });

  test('CONNECT is answered 405, once', async () => {
    const { ask } = await twoBalancers();
    const answer = await ask(CONNECT, /never/);
    expect(answer).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\nAllow: GET, [^]*connection: close/i);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

test('others keep their listeners', async () => {
  const { app, ask } = await twoBalancers();
  app.server.on('connect', (_req: IncomingMessage, socket: Duplex) => socket.end('their connect'));
  app.server.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
    if (req.url === '/c') socket.end('their upgrade');
  });
  app.server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/c') res.end('their answer');
  });
  expect(await ask(CONNECT, /never/)).toBe('their connect');
  expect(await ask(upgradeOf('/c'), /never/)).toBe('their upgrade');
  expect(await ask(expectOf('/c'), /answer/)).toMatch(/^HTTP\/1\.1 200 [^]*their answer$/);
  expect(await ask(upgradeOf('/a'), /from/)).toMatch(/from a$/);
});

test('what `upgrade` returns takes the listeners off, as `close` does', async () => {
  const server = createServer();
  const count = () => ['upgrade', 'connect', 'checkContinue'].map((event) => server.listenerCount(event));
  const balancer = new LoadBalancer({ health: false });
  const stop = balancer.upgrade(server);
  expect(count()).toEqual([1, 1, 1]);
  stop();
  expect(count()).toEqual([0, 0, 0]);
  balancer.upgrade({ server });
  await balancer.close();
  expect(count()).toEqual([0, 0, 0]);
});

test('no server, or no path: told at once', () => {
  const balancer = new LoadBalancer({ health: false });
  expect(() => balancer.upgrade({ server: null })).toThrow(InvalidOptionError);
  expect(() => balancer.upgrade(createServer(), { path: 'api' })).toThrow(InvalidOptionError);
});

const readers: [string, (req: IncomingMessage) => unknown][] = [
  ['by resume()', (req) => req.resume()],
  ['as data', (req) => req.on('data', () => {})],
  ['where it is readable', (req) => req.on('readable', () => void req.read())],
  [
    'in a loop',
    async (req) => {
      for await (const _chunk of req);
    },
  ],
];

test.each(readers)(
  'a body that the application reads (%s) is asked for, below the path too',
  async (_name, read) => {
    const front = await world.front([], {
      mount: '/a',
      before: [
        (ctx, next) => {
          if (ctx.path !== '/a/own') return next();
          ctx.responded = true;
          const ended = new Promise<void>((resolve) =>
            ctx.req.on('end', () => resolve(void ctx.res.end('read'))),
          );
          void read(ctx.req);
          return ended;
        },
      ],
    });
    const client = new RawClient(front.port);
    world.defer(() => client.destroy());
    client.send(expectOf('/a/own').slice(0, -2));
    expect(await client.until(() => client.received.startsWith('HTTP/1.1 100 '), 10_000)).toBe(true);
    client.send('hi');
    expect(await client.until(() => client.received.endsWith('read'), 10_000)).toBe(true);
  },
);

test('of several protocols that a client asks for, it is told the one that the server has chosen', async () => {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => socket.write(SWITCHED.replace('Upgrade: raw', 'upgrade: two'));
  const { port } = await world.front([upstream.port]);
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(upgradeOf('/').replace('Upgrade: raw', 'Upgrade: one, two'));
  expect(await client.until(() => client.received.includes('\r\n\r\n'), 10_000)).toBe(true);
  expect(upstream.requests[0]?.head).toMatch(/^Upgrade: one, two$/im);
  expect(client.received).toMatch(/^Upgrade: two\r$/im);
  expect(client.received.match(/^Upgrade:/gim)).toHaveLength(1);
});

test('a sticky client gets its cookie with the 101', async () => {
  const upstream = await RawUpstream.start();
  world.defer(() => upstream.close());
  upstream.respond = ({ socket }) => socket.write(SWITCHED);
  const { port } = await world.front([upstream.port], { sticky: true, via: true, afterResponse: () => {} });
  const client = new RawClient(port);
  world.defer(() => client.destroy());
  client.send(upgradeOf('/'));
  expect(await client.until(() => client.received.includes('\r\n\r\n'), 10_000)).toBe(true);
  expect(client.received).toMatch(/^HTTP\/1\.1 101 [^]*via: 1\.1 spark[^]*set-cookie: spark_lb=/i);
});

test('one that the application refuses unread is the last on its connection', async () => {
  const front = await world.front([], {
    mount: '/a',
    before: [
      (ctx) => {
        ctx.status(401).send('no');
      },
    ],
  });
  const client = new RawClient(front.port);
  world.defer(() => client.destroy());
  client.send(expectOf('/a').slice(0, -2));
  expect(await client.until(() => client.closed, 10_000)).toBe(true);
  expect(client.received).toMatch(/^HTTP\/1\.1 401 [^]*connection: close/i);
});
