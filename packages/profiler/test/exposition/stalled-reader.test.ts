import { expect, test } from '@jest/globals';
import type { FakeContext } from '@spark-perf/core/testing';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Context } from '@spark-perf/core';
import type { LazyMetricSource } from '../../src/index.js';
import { metrics } from '../../src/index.js';

/** More series than anybody could hold: how many have been made tells how much is. */
function endless(): LazyMetricSource & { made: number } {
  const source = {
    made: 0,
    collect: () => [],
    collectLazily: () => [{ name: 'many', type: 'gauge' as const, help: 'Many.', samples: series }],
  };
  const series = {
    *[Symbol.iterator]() {
      for (;;) yield { labels: { series: String(++source.made) }, value: 1 };
    },
  };
  return source;
}

/** A connection that takes `takes` writes and then nothing more, until `goOn`. */
function slowReader(takes: number): { ctx: FakeContext; goOn: () => void } {
  const ctx = fakeContext();
  let pending: (() => void) | undefined;
  const socket = ctx.req.socket as unknown as { _write: unknown; _writev: unknown };
  socket._write = (_chunk: unknown, _encoding: unknown, done: () => void) => {
    if (takes-- > 0) done();
    else pending = done;
  };
  socket._writev = (_chunks: unknown, done: () => void) => {
    if (takes-- > 0) done();
    else pending = done;
  };
  const goOn = () => {
    const done = pending;
    pending = undefined;
    done?.();
    // As Node's server does on its socket's `drain`.
    if (ctx.res.writableLength === 0) ctx.res.emit('drain');
  };
  return { ctx, goOn };
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('a reader that takes nothing for 30 s is let go; until then hardly anything is made for it', async () => {
  const clock = new ManualClock();
  const source = endless();
  const { ctx } = slowReader(3);
  const scraped = metrics({ sources: [source], clock })(ctx, () => Promise.resolve());
  await waitFor(() => clock.timers === 1);
  const { made } = source;
  clock.advanceSync(29_999);
  await turns(20);
  expect(source.made).toBe(made);
  expect(ctx.res.writableLength).toBeLessThan(256 * 1024);
  expect(ctx.res.destroyed).toBe(false);
  clock.advanceSync(1);
  await scraped;
  expect(ctx.res.destroyed).toBe(true);
  expect(source.made).toBe(made);
  expect(clock.timers).toBe(0);
});

test('one that goes on in time is served on, and has 30 s anew', async () => {
  const clock = new ManualClock();
  const source = endless();
  const { ctx, goOn } = slowReader(0);
  const scraped = metrics({ sources: [source], clock })(ctx, () => Promise.resolve());
  for (let i = 0; i < 3; i++) {
    await waitFor(() => clock.timers === 1);
    const { made } = source;
    clock.advanceSync(29_000);
    expect(ctx.res.destroyed).toBe(false);
    await waitFor(() => {
      goOn();
      return source.made > made;
    });
  }
  ctx.abort();
  await scraped;
  expect(clock.timers).toBe(0);
});

test('over a real socket: the connection of a stalled reader is closed and its buffers are bounded', async () => {
  const clock = new ManualClock();
  const source = endless();
  const handle = metrics({ sources: [source], clock });
  let over = false;
  const server = createServer((req, res) => {
    const ctx = { ...fakeContext(), req, res, headers: req.headers, method: 'GET' };
    void Promise.resolve(handle(ctx as Context, () => Promise.resolve())).then(() => (over = true));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.pause();
  reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  // What the system's buffers take may come in several goes.
  let before = -1;
  await waitFor(async () => {
    const stands = source.made === before && source.made > 0 && clock.timers === 1;
    before = source.made;
    await turns(50);
    return stands;
  });
  // About 25 bytes a series: 16 MiB is more than all buffers of a loopback connection.
  expect(source.made * 25).toBeLessThan(16 * 1024 * 1024);
  await waitFor(() => {
    clock.advanceSync(30_000);
    return over;
  });
  reader.destroy();
  await new Promise((resolve) => server.close(resolve));
});
