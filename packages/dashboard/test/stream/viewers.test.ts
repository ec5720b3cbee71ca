import { describe, expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { Viewers } from '../../src/stream/viewers.js';

/** A viewer's response, which has so many bytes that its client has not read. */
class SlowResponse extends EventEmitter {
  writableLength = 0;
  readonly written: Buffer[] = [];
  write(chunk: Buffer): void {
    this.written.push(chunk);
  }
  destroy(): void {
    this.emit('close');
  }
  end(): void {
    this.emit('close');
  }
}

function setUp(max = 2) {
  const counts: number[] = [];
  const viewers = new Viewers(max, (count) => counts.push(count));
  const add = (): SlowResponse => {
    const response = new SlowResponse();
    viewers.add(response as unknown as ServerResponse, () => Promise.resolve(true));
    return response;
  };
  return { viewers, counts, add };
}

describe('viewers', () => {
  test('get the same bytes; one that is 1 MiB behind is dropped, and the others stay', () => {
    const { viewers, counts, add } = setUp();
    const [fast, slow] = [add(), add()];
    expect(viewers.full).toBe(true);
    const chunk = Buffer.from('x');
    slow.writableLength = 1024 * 1024;
    viewers.send(chunk);
    slow.writableLength++;
    viewers.send(chunk);
    viewers.send(chunk);
    expect([fast.written.length, slow.written.length]).toEqual([3, 1]);
    expect(fast.written[0]).toBe(chunk);
    expect([viewers.size, viewers.full, counts]).toEqual([1, false, [1, 2, 1]]);
  });

  test('all leave at the end, each counted once', () => {
    const { viewers, counts, add } = setUp(3);
    const all = [add(), add(), add()];
    viewers.end();
    for (const one of all) one.emit('close');
    expect([viewers.size, counts]).toEqual([0, [1, 2, 3, 2, 1, 0]]);
  });

  test('behind an unanswered request of their connection: gone with it, and dropped when far behind', async () => {
    const counts: number[] = [];
    const viewers = new Viewers(3, (count) => counts.push(count));
    const server = createServer((req, res) => {
      if (req.url !== '/1') viewers.add(res, () => Promise.resolve(true));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      client.on('error', () => {});
      client.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
      await waitFor(() => viewers.size === 2);
      client.destroy();
      await waitFor(() => viewers.size === 0);
      expect(counts).toEqual([1, 2, 1, 0]);

      const patient = connect((server.address() as AddressInfo).port, '127.0.0.1');
      patient.write(['/1', '/2'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
      await waitFor(() => viewers.size === 1);
      const chunk = Buffer.alloc(600_000);
      for (let i = 0; i < 3; i++) viewers.send(chunk);
      expect(viewers.size).toBe(0);
      patient.destroy();
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
