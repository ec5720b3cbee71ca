import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@spark-perf/core/testing';
import { soakCount, testSeed, waitFor } from '@spark-perf/test-services';
import { WaitQueue } from '../../src/proxy/wait-queue.js';
import { testWorld } from '../support/world.js';

const world = testWorld();

type Step = { join: number } | { leave: number } | { free: number };
const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ join: fc.nat(6) }),
  fc.record({ leave: fc.nat(30) }),
  fc.record({ free: fc.nat(2) }),
);
const LIMIT = 8;

test('against a model: who comes first of those that a free server can take gets it, and nobody else waits on', () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
      const servers = [{ room: 0 }, { room: 0 }, { room: 0 }];
      const queue = new WaitQueue(LIMIT);
      const served: string[] = [];
      const model: { id: number; allowed: number[]; leave: () => void }[] = [];
      const expected: string[] = [];
      let nextId = 0;
      const offer = (): void => {
        for (const waiter of [...model]) {
          const index = waiter.allowed.find((server) => rooms[server]! > 0);
          if (index === undefined) continue;
          rooms[index]!--;
          expected.push(`${waiter.id}@${index}`);
          model.splice(model.indexOf(waiter), 1);
        }
      };
      const rooms = [0, 0, 0];
      for (const step of steps) {
        if ('join' in step) {
          // Bits of `join`: the servers that have failed it, in either order.
          const failed = [0, 1, 2].filter((bit) => step.join & (1 << bit));
          if (step.join % 2 === 0) failed.reverse();
          const allowed = [0, 1, 2].filter((server) => !failed.includes(server));
          const id = nextId++;
          const place = queue.join({
            tried: failed.length === 0 ? undefined : failed.map((server) => servers[server]!),
            onRoom() {
              const index = allowed.find((server) => servers[server]!.room > 0);
              if (index === undefined) return false;
              servers[index]!.room--;
              place!.leave();
              served.push(`${id}@${index}`);
              return true;
            },
            onClosed: () => {},
          });
          if (model.length === LIMIT) expect(place).toBeUndefined();
          else model.push({ id, allowed, leave: () => place!.leave() });
        } else if ('leave' in step) {
          const [gone] = model.splice(step.leave % Math.max(1, model.length), 1);
          gone?.leave();
          gone?.leave();
        } else {
          servers[step.free]!.room++;
          rooms[step.free]!++;
        }
        queue.wake();
        offer();
        expect(served).toEqual(expected);
        expect(queue.size).toBe(model.length);
      }
    }),
    { seed: testSeed(), numRuns: soakCount(5_000) },
  );
});

test('one that is served, fails at once and makes room serves the next, however many there are', () => {
  const count = 20_000;
  const queue = new WaitQueue(count);
  let served = 0;
  for (let i = 0; i < count; i++) {
    const place = queue.join({
      tried: undefined,
      onRoom() {
        place!.leave();
        served++;
        queue.wake();
        return true;
      },
      onClosed: () => {},
    });
  }
  queue.wake();
  expect([served, queue.size]).toEqual([count, 0]);
});

test('closing tells everybody, once', () => {
  const queue = new WaitQueue(10);
  const closed: number[] = [];
  const places = [undefined, [{}], undefined].map((tried, id) =>
    queue.join({ tried, onRoom: () => false, onClosed: () => closed.push(id) }),
  );
  queue.close();
  queue.close();
  for (const place of places) place!.leave();
  expect(closed.sort()).toEqual([0, 1, 2]);
  expect(queue.size).toBe(0);
});

describe('requests that wait', () => {
  /** A server with one place, which breaks the connection of `/broken` and answers others when told. */
  const narrow = async (id: string) => {
    const open = new Map<string, () => void>();
    const upstream = await world.upstream((req, res) => {
      if (req.url === '/broken') req.socket.resetAndDestroy();
      else open.set(req.url!, () => res.end(id));
    });
    const server = { id, url: `http://127.0.0.1:${upstream.port}`, maxConnections: 1 };
    const has = (path: string) => waitFor(() => open.get(path), { message: `${path} at ${id}` });
    return { server, has, finish: async (path: string) => (await has(path))() };
  };
  const text = async (url: string) => (await fetch(url)).text();

  test('a retry whose other servers are full does not hold up those behind it, and is not passed over', async () => {
    const [a, b] = [await narrow('a'), await narrow('b')];
    const { url, balancer } = await world.front([a.server], { outlier: false, algorithm: 'round-robin' });
    const queued = (count: number) => waitFor(() => balancer.getStats().queued === count);
    balancer.addServer(b.server);
    balancer.drainServer('a');
    const atB = text(`${url}/first`);
    await b.has('/first');
    balancer.restoreServer('a');
    // Breaks at `a`, and may only go to `b`, which is full.
    const retry = fetch(`${url}/broken`);
    await queued(1);
    const atA = text(`${url}/second`);
    await a.has('/second');
    const behind = text(`${url}/third`);
    await queued(2);
    const last = text(`${url}/fourth`);
    await queued(3);
    await a.finish('/second');
    expect(await atA).toBe('a');
    // The second in the queue is served, the head still waits for `b`.
    await a.has('/third');
    expect(balancer.getStats().queued).toBe(2);
    await b.finish('/first');
    expect(await atB).toBe('b');
    // The head has the first claim on it, and breaks there too.
    expect((await retry).status).toBe(502);
    await b.finish('/fourth');
    await a.finish('/third');
    expect(await Promise.all([behind, last])).toEqual(['a', 'b']);
  });

  test('go to a server whose ejection ends meanwhile', async () => {
    const clock = new ManualClock();
    const [a, b] = [await narrow('a'), await narrow('b')];
    const { url, balancer } = await world.front([a.server, b.server], {
      clock,
      algorithm: 'round-robin',
      outlier: { consecutiveGatewayFailures: 1, consecutive5xx: 1 },
      queue: { timeout: 600_000 },
      timeouts: { firstByte: 0 },
      retry: { attempts: 1 },
    });
    expect((await fetch(`${url}/broken`)).status).toBe(502);
    const { servers } = balancer.getStats();
    const [out, left] = servers[0]!.state === 'ejected' ? [a, b] : [b, a];
    const held = text(`${url}/held`);
    await left.has('/held');
    const waiting = text(`${url}/waiting`);
    await waitFor(() => balancer.getStats().queued === 1);
    await clock.advance(29_000);
    expect(balancer.getStats().queued).toBe(1);
    await clock.advance(2_000);
    await out.finish('/waiting');
    expect(await waiting).toBe(out.server.id);
    await left.finish('/held');
    expect(await held).toBe(left.server.id);
  });
});
