import { expect, test } from '@jest/globals';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { testWorld } from '../support/world.js';

const world = testWorld();

test.each(['GET', 'HEAD'])(
  '%s: a server that never shakes hands over TLS keeps no socket of ours',
  async (method) => {
    const accepted: Socket[] = [];
    const mute = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => {});
      socket.resume();
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    world.defer(() => new Promise((resolve) => mute.close(resolve)));
    world.defer(() => accepted.forEach((socket) => socket.destroy()));
    const { port } = mute.address() as AddressInfo;
    const front = await world.front([{ id: 'mute', url: `https://127.0.0.1:${port}` }], {
      timeouts: { connect: 500 },
    });
    const { status } = await fetch(front.url, { method });
    expect(status).toBe(503);
    await waitFor(
      () => accepted.length > 0 && accepted.every((socket) => socket.closed || socket.readableEnded),
    );
    expect(front.balancer.getStats().servers[0]?.activeConnections).toBe(0);
  },
);
