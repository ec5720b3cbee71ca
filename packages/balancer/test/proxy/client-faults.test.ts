import { describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { RawClient, RawUpstream } from '../../src/testing/index.js';
import { deafClient } from '../support/deaf-client.js';
import { openSockets } from '../support/open-sockets.js';
import { untilStill } from '../support/until-still.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

function client(port: number, text: string): RawClient {
  const started = new RawClient(port);
  world.defer(() => started.destroy());
  started.send(text);
  return started;
}

describe('a client that does not read', () => {
  test.each([
    ['a body without end', Infinity],
    ['the rest of a body that has come whole', 12 * 1_048_576],
  ])('is cut after the idle time, and its servers are not blamed: %s', async (_name, size) => {
    const clock = new ManualClock();
    let written = 0;
    const server = await world.upstream((_req, res) => {
      const write = (): void => {
        for (let more = true; more && !res.destroyed && written < size;) {
          written += 65_536;
          more = res.write(Buffer.alloc(65_536));
        }
        if (written >= size) res.end();
      };
      res.on('drain', write);
      write();
    });
    const { port, balancer } = await world.front([server.port], {
      clock,
      outlier: { consecutiveTimeouts: 1 },
    });
    const client = deafClient(world, port, GET);
    await untilStill(() => written);
    await clock.advance(61_000);
    await waitFor(() => openSockets((socket) => socket.localPort === port).length === 0);
    expect(balancer.getStats()).toMatchObject({
      activeConnections: 0,
      failed: { timeout: 0 },
      servers: [{ healthy: true, errors: 0 }],
    });
    client.destroy();
  });
});

describe('a client that leaves', () => {
  test('before the balancer is reached: nothing is asked, nothing left', async () => {
    const server = await world.upstream((_req, res) => res.end());
    let over = 0;
    const { port, balancer } = await world.front([server.port], {
      before: [
        async ({ req }, next) => {
          const gone = new Promise<void>((resolve) => req.on('close', resolve));
          leaving.destroy();
          await gone;
          await next();
          over++;
        },
      ],
    });
    const leaving = client(port, GET);
    await waitFor(() => over === 1);
    expect(server.requests).toBe(0);
    expect(balancer.getStats()).toMatchObject({ requests: 1, activeConnections: 0 });
  });

  test('with requests behind the first one: all of them end', async () => {
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    upstream.respond = () => {};
    let over = 0;
    const { port, balancer } = await world.front([upstream.port], {
      before: [
        async (_ctx, next) => {
          await next();
          over++;
        },
      ],
    });
    const leaving = client(port, GET.repeat(5));
    await waitFor(() => upstream.requests.length === 5);
    leaving.destroy();
    await waitFor(() => over === 5);
    expect(balancer.getStats()).toMatchObject({ activeConnections: 0, clientAborts: 5 });
    await waitFor(() => upstream.sockets.size === 0);
  });

  test.each(['', 'Expect: 100-continue\r\n'])(
    'in the middle of an upload: the server is told (%j)',
    async (expectation) => {
      const upstream = await RawUpstream.start();
      world.defer(() => upstream.close());
      upstream.respond = ({ socket }) => {
        if (expectation !== '') socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      };
      const { port, balancer } = await world.front([upstream.port]);
      const leaving = client(
        port,
        `POST / HTTP/1.1\r\nHost: a\r\n${expectation}Content-Length: 9999\r\n\r\npart`,
      );
      await waitFor(() => upstream.requests[0]?.rest() === 'part');
      leaving.destroy();
      await waitFor(() => upstream.sockets.size === 0);
      expect(balancer.getStats()).toMatchObject({ activeConnections: 0, clientAborts: 1 });
    },
  );

  test('while a connection is made: no request is sent on it', async () => {
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    const { port, balancer } = await world.front([upstream.port]);
    for (let i = 0; i < 20; i++) {
      const leaving = connect(port, '127.0.0.1', () => {
        leaving.write(GET);
        setImmediate(() => setImmediate(() => leaving.resetAndDestroy()));
      });
      await new Promise((resolve) => leaving.on('close', resolve));
    }
    await waitFor(() => balancer.getStats().activeConnections === 0 && upstream.sockets.size === 0);
  });
});

describe('an upload that was answered early', () => {
  const upload = async (clock: ManualClock | undefined) => {
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    upstream.respond = ({ socket }) =>
      socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig');
    const { port } = await world.front([upstream.port], { clock });
    const started = client(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\nstart');
    expect(await started.until(() => started.received.endsWith('big'), 10_000)).toBe(true);
    return started;
  };

  test('and stops is not waited for beyond the idle time', async () => {
    const clock = new ManualClock();
    const stopped = await upload(clock);
    await clock.advance(59_000);
    stopped.send('x');
    expect(stopped.closed).toBe(false);
    await clock.advance(2_000);
    expect(await stopped.until(() => stopped.closed, 10_000)).toBe(true);
  });

  test('is read on for 1 MiB, and no further', async () => {
    const stubborn = await upload(undefined);
    stubborn.send('x'.repeat(2_000_000));
    expect(await stubborn.until(() => stubborn.closed, 10_000)).toBe(true);
  });
});

describe('a client that waits for a 100', () => {
  const ask = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';

  test('and gets a final answer instead: its connection ends, or its next request could be taken for the body', async () => {
    const upstream = await RawUpstream.start();
    world.defer(() => upstream.close());
    upstream.respond = ({ socket }) =>
      socket.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno');
    const { port } = await world.front([upstream.port]);
    const waiting = client(port, ask);
    expect(await waiting.until(() => waiting.closed, 10_000)).toBe(true);
    expect(waiting.received).toMatch(/^HTTP\/1\.1 417 [^]*connection: close[^]*no$/i);
  });

  test('and there is no server', async () => {
    const { port } = await world.front([]);
    const waiting = client(port, ask);
    expect(await waiting.until(() => waiting.closed, 10_000)).toBe(true);
    expect(waiting.received).toMatch(/^HTTP\/1\.1 503 [^]*connection: close/i);
  });

  test('keeps its connection when it was asked for the body', async () => {
    const server = await world.upstream((req, res) => void req.pipe(res));
    const { port } = await world.front([server.port]);
    const waiting = client(port, ask);
    expect(await waiting.until(() => waiting.received.startsWith('HTTP/1.1 100 '), 10_000)).toBe(true);
    waiting.send('hello');
    expect(await waiting.until(() => waiting.received.includes('hello'), 10_000)).toBe(true);
    waiting.send(GET);
    expect(await waiting.until(() => waiting.received.split('HTTP/1.1 200 ').length === 3, 10_000)).toBe(
      true,
    );
  });
});

test('an upload that stops is a 408 that closes its connection', async () => {
  const server = await world.upstream((req) => void req.resume());
  const { port } = await world.front([server.port], { timeouts: { idle: 60 } });
  const stopped = client(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\npart');
  expect(await stopped.until(() => stopped.closed, 10_000)).toBe(true);
  expect(stopped.received).toMatch(/^HTTP\/1\.1 408 [^]*connection: close/i);
});
