import { expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import net from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { onQueuedResponseLost, onResponseClose } from '../src/index.js';
import { httpHost } from './http-host.js';

const COUNT = 30;
const get = (id: number): string => `GET /${id} HTTP/1.1\r\nHost: a\r\n\r\n`;
const post = (id: number): string => `POST /${id} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok`;

/** A host with `COUNT` requests of one connection that nobody has answered, their bodies read, and what became of each. */
async function pipeline(last = '') {
  const responses: ServerResponse[] = [];
  const told = new Map<number, boolean[]>();
  const lost: number[] = [];
  const host = await httpHost(({ req, res, path }) => {
    const id = Number(path.slice(1));
    responses[id] = res;
    req.resume();
    onResponseClose(res, (delivered) => told.set(id, [...(told.get(id) ?? []), delivered]));
    onQueuedResponseLost(res, () => lost.push(id));
  });
  // Node's parser has left it: whoever has it must read it to see it end.
  host.server.on('upgrade', (_req, socket) => {
    socket.on('error', () => {}).on('end', () => socket.destroy());
    socket.resume();
  });
  const client = net.connect(host.port, '127.0.0.1').on('error', () => {});
  client.resume().write(Array.from({ length: COUNT }, (_, id) => (id % 2 ? post : get)(id)).join('') + last);
  await waitFor(() => responses.length === COUNT && responses[COUNT - 1]?.req.complete);
  return { host, client, responses, told, lost };
}

const ids = Array.from({ length: COUNT }, (_, id) => id);

test.each([
  ['', ''],
  [
    ', behind which another request leaves HTTP',
    'GET /u HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  ],
])('a lost connection%s is told to every response of it, once', async (_name, last) => {
  const { host, client, responses, told, lost } = await pipeline(last);
  await using _ = host;
  expect(responses[0]!.req.socket.listenerCount('close')).toBeLessThan(8);
  client.destroy();
  await waitFor(() => told.size === COUNT);
  expect([...told.values()]).toEqual(ids.map(() => [false]));
  expect(lost).toEqual(ids.slice(1)); // the first had its turn
});

test('those whose turn has come are told as ever, and the rest when it is lost', async () => {
  const { host, client, responses, told, lost } = await pipeline();
  await using _ = host;
  for (const id of [2, 0, 1]) responses[id]!.end('ok');
  await waitFor(() => told.size === 3);
  expect([...told].sort(([a], [b]) => a - b)).toEqual([0, 1, 2].map((id) => [id, [true]]));
  client.destroy();
  await waitFor(() => told.size === COUNT);
  expect(told.get(3)).toEqual([false]);
  expect(lost).toEqual(ids.slice(4));
});

test('one whose connection is lost already is told at once, one that is over is not', async () => {
  const { host, client, responses, lost } = await pipeline();
  await using _ = host;
  responses[0]!.end('ok');
  await waitFor(() => responses[0]!.closed);
  client.destroy();
  await waitFor(() => lost.length === COUNT - 2);
  const late: number[] = [];
  onQueuedResponseLost(responses[0]!, () => late.push(0));
  onQueuedResponseLost(responses[5]!, () => late.push(5));
  expect(late).toEqual([]);
  await waitFor(() => late.length > 0);
  expect(late).toEqual([5]);
});

test('a connection that is kept does not gather those that are over', async () => {
  const { host, client, responses, told } = await pipeline();
  await using _ = host;
  const connection = responses[0]!.req.socket as unknown as Record<symbol, Set<unknown>>;
  const queued = connection[Symbol.for('@spark-perf/core.queued')]!;
  expect(queued.size).toBe(2 * (COUNT - 1));
  for (const response of responses) response.end('ok');
  await waitFor(() => told.size === COUNT);
  expect(queued.size).toBe(0);
  client.destroy();
});

test('a response made by hand, without a connection, is let be', () => {
  const res = new ServerResponse({ method: 'GET' } as IncomingMessage);
  const told: unknown[] = [];
  onQueuedResponseLost(res, () => told.push('lost'));
  onResponseClose(res, (delivered) => told.push(delivered));
  expect(told).toEqual([]);
});
