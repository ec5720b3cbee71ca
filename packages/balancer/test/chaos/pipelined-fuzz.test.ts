import { expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Random } from '@spark-perf/core';
import { seededRandom } from '@spark-perf/core';
import { soakCount, testSeed, waitFor } from '@spark-perf/test-services';
import { openSockets } from '../support/open-sockets.js';
import { readAnswer } from '../support/read-answer.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const connections = soakCount(10_000);

const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1));
const oneOf = <T>(random: Random, list: readonly T[]): T => list[upTo(random, list.length - 1)]!;
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Answers soon, late, in part, or not at all. */
async function serve(random: Random, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = `id=${req.url!.slice(1)};${'x'.repeat(random() < 0.1 ? 100_000 : 0)}`;
  req.resume();
  await turns(upTo(random, 6));
  switch (upTo(random, 12)) {
    case 0:
      res.destroy();
      break;
    case 1:
      res.writeHead(200, { 'Content-Length': body.length + 9 });
      res.write(body);
      await turns(2);
      res.destroy();
      break;
    case 2:
      res.write(body);
      await turns(2);
      res.end();
      break;
    default:
      res.end(body);
  }
}

/** Agrees to an upgrade, refuses it, or breaks. */
async function upgrade(random: Random, socket: Duplex): Promise<void> {
  await turns(upTo(random, 4));
  switch (upTo(random, 3)) {
    case 0:
      socket.destroy();
      break;
    case 1:
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
      break;
    default:
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\ntunnel');
      socket.pipe(socket);
  }
}

const LAST = [
  '',
  'GET /u HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nearly',
  'POST /u HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: raw\r\nContent-Length: 4\r\n\r\nbody',
  'CONNECT evil:443 HTTP/1.1\r\nHost: evil:443\r\n\r\n',
];

test(`${connections} connections with several requests and perhaps an upgrade behind them, left at any point: no crash, no hang, nobody else's answer, nothing held`, async () => {
  const random = seededRandom(testSeed());
  const server = await world.upstream((req, res) => void serve(random, req, res));
  server.on('upgrade', (_req, socket) => void upgrade(random, socket));
  const url = `http://127.0.0.1:${server.port}`;
  const { port, balancer } = await world.front([{ id: 'a', url, maxConnections: 12 }], { outlier: false });
  const faults: string[] = [];
  const onUncaught = (error: Error) => faults.push(`uncaught ${error.stack}`);
  process.on('uncaughtException', onUncaught);
  world.defer(() => process.off('uncaughtException', onUncaught));
  let next = 0;

  async function once(): Promise<void> {
    const ids = Array.from({ length: 1 + upTo(random, 3) }, () => next++);
    const last = oneOf(random, LAST);
    const text = ids.map((id) =>
      random() < 0.7
        ? `GET /${id} HTTP/1.1\r\nHost: a\r\n\r\n`
        : `POST /${id} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`,
    );
    const sent = text.join('') + last;
    const client = connect(port, '127.0.0.1');
    let received = '';
    let closed = false;
    client.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    client.on('error', () => {});
    client.on('close', () => (closed = true));
    const cut = random() < 0.5 ? sent.length : upTo(random, sent.length);
    client.write(sent.slice(0, cut));
    const leaves = oneOf(random, ['stays', 'stays', 'destroys', 'resets', 'ends']);
    await turns(upTo(random, 8));
    client.write(sent.slice(cut));
    if (leaves !== 'stays') await turns(upTo(random, 12));
    if (leaves === 'destroys') client.destroy();
    else if (leaves === 'resets') client.resetAndDestroy();
    else if (leaves === 'ends') client.end();

    /** How many answers are there; whatever is none of them, or none of ours, is a fault. */
    const answered = (): number => {
      let rest = received;
      for (const [i, id] of ids.entries()) {
        const answer = readAnswer(rest, 'GET', closed);
        if (answer === undefined) return i;
        if (!answer.body.startsWith(`id=${id};`) && !answer.body.includes('"error"'))
          throw new Error(`${id} got ${answer.status} ${answer.body.slice(0, 80)}`);
        rest = answer.rest;
      }
      if (last === '') return ids.length;
      return /^HTTP\/1\.1 \d{3} /.test(rest) ? ids.length + 1 : ids.length;
    };
    const expected = ids.length + (last === '' ? 0 : 1);
    const isOver = (): boolean => closed || (leaves === 'stays' && answered() === expected);
    try {
      await waitFor(isOver, { timeout: 30_000, interval: 5, message: `${leaves}: ${sent}` });
      answered();
    } catch (error) {
      faults.push(`${(error as Error).message}; received ${received.slice(0, 300)}`);
    }
    client.destroy();
  }

  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun++ < connections && faults.length < 5) await once();
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  expect(faults).toEqual([]);
  await waitFor(() => {
    const { activeConnections, queued } = balancer.getStats();
    return activeConnections === 0 && queued === 0;
  });
  await waitFor(() => openSockets((side) => side.localPort === port).length === 0);
  expect(balancer.getStats().upgrades).toBeGreaterThan(0);
});
