import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
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
  const sockets: Socket[] = [];
  const stall = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const socket = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.pause();
      socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n');
      sockets.push(socket);
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
