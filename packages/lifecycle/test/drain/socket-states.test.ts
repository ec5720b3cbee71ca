import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { connect } from 'node:net';
import { DrainHost } from './host.js';
import { get } from './raw-client.js';

describe.each([
  ['http', false],
  ['https', true],
])('draining %s', (_, tls) => {
  let host: DrainHost;
  beforeEach(() => void (host = new DrainHost(tls)));
  afterEach(() => host.dispose());

  test('an idle kept connection may send one last request, which is told to be the last', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/1'));
    expect(await client.reads('answer to /1')).toMatch(/Connection: keep-alive/);
    const { done } = await host.drain();
    await host.clock.advance(299);
    expect(client.closed).toBe(false);
    client.write(get('/2'));
    expect(await client.reads('answer to /2')).toMatch(/Connection: close/);
    await client.isClosed();
    await done;
    expect(host.reports).toMatchObject([{ server: 0, destroyed: 0, cut: 0 }]);
  });

  test('an idle kept connection is closed after the linger, not before', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/1'));
    await client.reads('answer');
    await waitFor(() => host.stats().idle === 1);
    const { state, done } = await host.drain();
    await host.clock.advance(299);
    expect({ closed: client.closed, over: state.over }).toEqual({ closed: false, over: false });
    await host.clock.advance(1);
    await client.isClosed();
    await done;
    expect(host.reports).toMatchObject([{ duration: 300, destroyed: 0 }]);
  });

  test('a request in flight is answered with Connection: close, and that ends the drain', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/held'));
    await waitFor(() => host.held.length === 1);
    const { state, done } = await host.drain();
    await host.clock.advance(5_000);
    expect(state.over).toBe(false);
    host.held[0]?.();
    expect(await client.reads('answer to /held')).toMatch(/Connection: close/);
    await client.isClosed();
    await done;
    expect(host.reports).toMatchObject([{ duration: 5_000, cut: 0 }]);
  });

  test('a response whose head was sent before is finished; its connection then lingers', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/stream'));
    await client.reads('half');
    const { done } = await host.drain();
    await host.clock.advance(1_000);
    host.held[0]?.();
    await client.reads('done');
    await waitFor(() => host.stats().idle === 1);
    await host.clock.advance(299);
    expect(client.closed).toBe(false);
    await host.clock.advance(1);
    await client.isClosed();
    await done;
  });

  test('pipelined requests are all answered; only the last answer closes', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/held1') + get('/held2'));
    await waitFor(() => host.held.length === 2);
    const { done } = await host.drain();
    client.write(get('/3'));
    await waitFor(() => host.requests === 3);
    host.held[0]?.();
    host.held[1]?.();
    const text = await client.reads('answer to /3');
    expect(text.match(/answer to \S+?(?=HTTP|$)/g)).toEqual([
      'answer to /held1',
      'answer to /held2',
      'answer to /3',
    ]);
    expect(text.match(/Connection: close/g)).toHaveLength(1);
    await client.isClosed();
    await done;
  });

  test('a connection without a request, and one with half a head, stay until the deadline', async () => {
    await host.listen();
    const unused = await host.client();
    const half = await host.client();
    half.write('GET / HTTP/1.1\r\nHos');
    const { state, done } = await host.drain();
    await host.clock.advance(9_999);
    expect([unused.closed, half.closed, state.over]).toEqual([false, false, false]);
    await host.clock.advance(1);
    await unused.isClosed();
    await half.isClosed();
    await done;
    expect(host.reports[0]).toMatchObject({ duration: 10_000, cut: 0 });
    expect(host.reports[0]?.destroyed).toBeGreaterThanOrEqual(2);
    expect(state.code).toBeUndefined();
  });

  test('half a head on a kept connection outlives the linger and is answered when it is whole', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/1'));
    await client.reads('answer');
    await waitFor(() => host.stats().idle === 1);
    const { done } = await host.drain();
    const before = host.bytesRead();
    client.write('GET /2 HTTP/1.1\r\nHos');
    await waitFor(() => host.bytesRead() > before);
    await host.clock.advance(2_000);
    expect(client.closed).toBe(false);
    client.write('t: a\r\n\r\n');
    expect(await client.reads('answer to /2')).toMatch(/Connection: close/);
    await client.isClosed();
    await done;
  });

  test('an upgraded connection is told, and destroyed at the deadline', async () => {
    const told: string[] = [];
    await host.listen({ closeUpgraded: (_socket, request) => told.push(request.url ?? '') }, true);
    const client = await host.client();
    client.write(get('/1'));
    await client.reads('answer');
    client.write(get('/socket', 'Connection: Upgrade\r\nUpgrade: x\r\n'));
    await client.reads('101 Switching');
    expect(host.stats().upgraded).toBe(1);
    const { done } = await host.drain();
    expect(told).toEqual(['/socket']);
    await host.clock.advance(9_999);
    expect(client.closed).toBe(false);
    await host.clock.advance(1);
    await client.isClosed();
    await done;
  });

  test('an upgraded connection that says goodbye ends the drain early', async () => {
    await host.listen({ closeUpgraded: (socket) => socket.end('bye') }, true);
    const client = await host.client();
    client.write(get('/socket', 'Connection: Upgrade\r\nUpgrade: x\r\n'));
    await client.reads('101 Switching');
    const { done } = await host.drain();
    await client.reads('bye');
    client.destroy();
    for (const socket of host.upgrades) socket.destroy();
    await done;
  });

  test('a server without an upgrade listener still answers upgrade requests as usual', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/plain', 'Connection: Upgrade\r\nUpgrade: x\r\n'));
    expect(await client.reads('answer to /plain')).toMatch(/^HTTP\/1.1 200/);
  });

  test('a request that runs past the deadline, and a reader that does not read, are cut and reported', async () => {
    await host.listen();
    const running = await host.client();
    running.write(get('/held'));
    const slow = await host.client();
    slow.pause();
    slow.write(get('/endless'));
    await waitFor(() => host.requests === 2);
    const { state, done } = await host.drain();
    await host.clock.advance(10_000);
    await done;
    expect(host.reports[0]).toMatchObject({ duration: 10_000, cut: 2 });
    expect(state.code).toBe('SPARK_DRAIN_TIMEOUT');
    await running.isClosed();
  });

  test('new connections are refused', async () => {
    await host.listen();
    const client = await host.client();
    client.write(get('/held'));
    await waitFor(() => host.held.length === 1);
    const { port } = host;
    const { done } = await host.drain();
    const socket = connect(port, '127.0.0.1');
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    expect(error.code).toBe('ECONNREFUSED');
    host.held[0]?.();
    await done;
  });

  test('Expect: 100-continue with a listener of its own counts as a request', async () => {
    host.server.on('checkContinue', (_req, res) => {
      res.writeContinue();
      host.held.push(() => res.end('continued'));
    });
    await host.listen();
    const client = await host.client();
    client.write(get('/', 'Expect: 100-continue\r\nContent-Length: 0\r\n'));
    await waitFor(() => host.stats().active === 1);
    const { done } = await host.drain();
    host.held[0]?.();
    expect(await client.reads('continued')).toMatch(/Connection: close/);
    await done;
  });

  test('requests before the readiness delay is over are served as ever', async () => {
    await host.listen({ readinessDelay: 2_000 });
    const client = await host.client();
    const shutdown = host.resources.shutdown('test');
    await host.clock.advance(1_999);
    expect({ phase: host.resources.phase.name, listening: host.server.listening }).toEqual({
      phase: 'unready',
      listening: true,
    });
    client.write(get('/1'));
    expect(await client.reads('answer to /1')).toMatch(/Connection: keep-alive/);
    await waitFor(() => host.stats().idle === 1);
    await host.clock.advance(1);
    expect(host.resources.phase.name).toBe('draining');
    await host.clock.advance(300);
    await shutdown;
  });
});
