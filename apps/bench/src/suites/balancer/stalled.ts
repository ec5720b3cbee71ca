import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { ServerUnderTest } from '../../serve.js';
import { serve } from '../../serve.js';
import type { BenchContext } from '../../suite.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Clients that ask for an endless body and do not read it. */
export async function* stalledRows(ctx: BenchContext): AsyncGenerator<Row> {
  const clients = ctx.scale(400, 200, 20);
  const upstream = await serve(ctx, new URL('./hosts/flood.js', import.meta.url));
  const proxy = await serve(ctx, new URL('./hosts/spark-balancer.js', import.meta.url), {
    argument: upstream.port,
  });
  yield await queuedRow(ctx, proxy);
  const sockets: Socket[] = [];
  const stall = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      sockets.push(stalledClient(proxy.port));
    }
    await pause(2_000);
  };
  await stall(Math.ceil(clients / 4)); // what is allocated once per process
  const before = await proxy.usage(true);
  await stall(clients);
  const after = await proxy.usage(true);
  for (const socket of sockets) socket.destroy();
  yield row({
    claim: 'A stalled client: memory of the process',
    ours: (after.rss - before.rss) / clients / 1_024,
    unit: 'KiB',
    target: '<= 160',
    note: 'resident, kernel buffers full',
  });
}

/** One client after the other, so that all that is queued is for it. */
async function queuedRow(ctx: BenchContext, proxy: ServerUnderTest): Promise<Row> {
  let most = 0;
  for (let i = 0; i < ctx.scale(20, 10, 2); i++) {
    const socket = stalledClient(proxy.port);
    await pause(400);
    const { queued } = (await proxy.ask('sockets')) as { readonly queued: number };
    most = Math.max(most, queued);
    socket.destroy();
    await pause(50);
  }
  return row({
    claim: 'A stalled client: body queued in the process',
    ours: most / 1_024,
    unit: 'KiB',
    target: '<= 64',
    note: 'read and to be written, the most seen',
  });
}

function stalledClient(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
  return socket;
}
