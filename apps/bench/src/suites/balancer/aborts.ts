import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { LoadBalancerStats } from '@spark-perf/balancer';
import { seededRandom } from '@spark-perf/core';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const PARALLEL = 50;

/** Clients that leave at any point of an exchange. */
export async function* abortRows(ctx: BenchContext): AsyncGenerator<Row> {
  const aborts = ctx.scale(100_000, 10_000, 500);
  const upstream = await serve(ctx, new URL('./hosts/flood.js', import.meta.url));
  const proxy = await serve(ctx, new URL('./hosts/spark-balancer.js', import.meta.url), {
    argument: upstream.port,
  });
  const random = seededRandom(7);
  const run = async (count: number): Promise<void> => {
    let left = count;
    await Promise.all(
      Array.from({ length: PARALLEL }, async () => {
        while (left-- > 0) await abortOnce(proxy.port, random() * 6, random() < 0.3);
      }),
    );
  };
  await run(Math.ceil(aborts / 10));
  await pause(1_500);
  const before = await proxy.usage(true);
  await run(aborts);
  await pause(1_500);
  const after = await proxy.usage(true);
  const stats = (await proxy.ask('')) as LoadBalancerStats;
  const { open } = (await proxy.ask('sockets')) as { readonly open: number };
  yield row({
    claim: `${aborts} aborts at random points: requests in flight`,
    ours: stats.activeConnections,
    unit: 'requests',
    target: '<= 0',
    note: `${stats.clientAborts} seen by the proxy`,
  });
  yield row({
    claim: `${aborts} aborts at random points: connections open`,
    ours: open,
    unit: 'sockets',
    target: '<= 0',
    note: 'of clients and to the server',
  });
  yield row({
    claim: `${aborts} aborts at random points: heap growth`,
    ours: (after.heapUsed - before.heapUsed) / 1_048_576,
    unit: 'MiB',
    target: '< 5',
  });
}

function abortOnce(port: number, after: number, upload: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1', () => {
      socket.write(
        upload
          ? 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nhalf'
          : 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n',
      );
      setTimeout(() => socket.resetAndDestroy(), after);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}
