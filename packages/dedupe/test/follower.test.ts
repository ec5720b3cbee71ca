import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import type { Context } from '@spark-perf/core';
import { systemClock } from '@spark-perf/core';
import { waitFor } from '@spark-perf/test-services';
import { Follower } from '../src/follower.js';

test('a client that leaves ends the wait of all of its pipelined requests', async () => {
  const followers: Follower[] = [];
  const server = createServer((req, res) => {
    followers.push(new Follower({ req, res } as unknown as Context, systemClock, 60_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => {});
    client.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await waitFor(() => followers.length === 3);
    const ends = followers.map((follower) => follower.await({ ended: new Promise(() => {}) } as never));
    expect(followers.map(({ hasLeft }) => hasLeft)).toEqual([false, false, false]);
    client.destroy();
    await waitFor(() => followers.every(({ hasLeft }) => hasLeft));
    expect(await Promise.all(ends)).toEqual([undefined, undefined, undefined]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
