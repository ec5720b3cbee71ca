import { test } from '@jest/globals';
import { connect } from 'node:net';
import { seededRandom } from '@spark-perf/core';
import { soakCount, testSeed, waitFor } from '@spark-perf/test-services';
import { RawUpstream } from '../../src/testing/index.js';
import { startFront } from '../support/front.js';

test('clients that leave at any point leave nothing behind', async () => {
  const upstream = await RawUpstream.start();
  const random = seededRandom(testSeed());
  upstream.respond = ({ socket }) => {
    if (random() < 0.3) return;
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
    if (random() < 0.5) socket.write('0\r\n\r\n');
    else if (random() < 0.3) socket.resetAndDestroy();
  };
  const front = await startFront([upstream.port], { outlier: false });
  let left = soakCount(10_000);
  const workers = Array.from({ length: 20 }, async () => {
    while (left-- > 0) {
      await new Promise<void>((resolve) => {
        const socket = connect(front.port, '127.0.0.1', () => {
          socket.write(
            random() < 0.5
              ? 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
              : 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\npart',
          );
          const turns = Math.floor(random() * 8);
          const leave = (turn: number): void => {
            if (turn === 0) socket.resetAndDestroy();
            else setImmediate(leave, turn - 1);
          };
          leave(turns);
        });
        socket.on('data', () => {});
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
    }
  });
  await Promise.all(workers);
  await waitFor(() => front.balancer.getStats().activeConnections === 0);
  // Uploads that were answered early wait for their rest no longer than their client.
  await front.balancer.close({ drain: 0 });
  await waitFor(() => upstream.sockets.size === 0);
  await front.close();
  await upstream.close();
}, 300_000);
