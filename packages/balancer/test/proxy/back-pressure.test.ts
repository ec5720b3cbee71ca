import { expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { testWorld } from '../support/world.js';

const world = testWorld();

/** Sockets of this process that are connected to `port`. */
function connectedTo(port: number): Socket[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => unknown[] };
  return handles().filter(
    (handle): handle is Socket => handle instanceof Socket && handle.remotePort === port,
  );
}

test('a client that does not read holds the server back, and at most 64 KiB of the body', async () => {
  let written = 0;
  const server = await world.upstream((_req, res) => {
    const chunk = Buffer.alloc(65_536);
    const write = () => {
      do written += chunk.length;
      while (!res.destroyed && written < 1_073_741_824 && res.write(chunk));
    };
    res.on('drain', write);
    write();
  });
  let response: ServerResponse | undefined;
  const { port } = await world.front([server.port], {
    before: [
      ({ res }, next) => {
        response = res;
        return next();
      },
    ],
  });
  const socket = connect(port, '127.0.0.1');
  world.defer(() => socket.destroy());
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  let before = -1;
  await waitFor(
    () => {
      const still = written > 0 && written === before;
      before = written;
      return still;
    },
    { interval: 200 },
  );
  // What the kernels of three connections hold, and no more.
  expect(written).toBeLessThan(64 * 1_048_576);
  const [upstream] = connectedTo(server.port);
  // Sizes of chunks and the like come on top of the body.
  expect(response!.writableLength + upstream!.readableLength).toBeLessThanOrEqual(65_536 + 64);
});
