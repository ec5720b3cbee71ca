import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { Context, Next } from '@spark-perf/core';
import { untilStill } from '../support/until-still.js';
import { testWorld } from '../support/world.js';

const world = testWorld();
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The body of number `id`: every part of it tells whose it is and where it belongs. */
function bodyOf(id: number): Buffer {
  return pattern(id, 20_000 + ((id * 7_919) % 400_000), 0);
}

function pattern(id: number, words: number, offset: number): Buffer {
  const out = new Uint32Array(words);
  const seed = Math.imul(id + 1, 0x9e3779b1);
  for (let i = 0; i < words; i++) out[i] = seed ^ (offset + i);
  return Buffer.from(out.buffer);
}

/** More than the kernel takes for a client that does not read. */
const BLOCKS = 512;

function blockOf(id: number, block: number): Buffer {
  return pattern(id, 16_384, block * 16_384);
}

const upstream = () =>
  world.upstream((req, res) => {
    const id = Number(req.url?.slice(1));
    const body = bodyOf(id);
    // Every other one in chunks, of all sizes.
    if (id % 2 === 0) res.writeHead(200, { 'Content-Length': body.length }).end(body);
    else {
      for (let at = 0; at < body.length; at += 30_011) res.write(body.subarray(at, at + 30_011));
      res.end();
    }
  });

/** Asks for a body and does not read it until `go` resolves; then in steps, with pauses. */
function late(port: number, id: number, go: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: `/${id}`, agent: false }, (res) => {
      const hash = createHash('sha256');
      res.on('end', () => resolve(hash.digest('hex')));
      res.on('error', reject);
      res.pause();
      void go.then(() => {
        let reads = 0;
        res.on('data', (chunk: Buffer) => {
          hash.update(chunk);
          if (++reads % 7 !== id % 7) return;
          res.pause();
          setImmediate(() => res.resume());
        });
        res.resume();
      });
    }).on('error', reject);
  });
}

test('large answers side by side to clients that stall arrive unmixed', async () => {
  let written = 0;
  const server = await world.upstream((req, res) => {
    const id = Number(req.url?.slice(1));
    let block = 0;
    const write = (): void => {
      while (block < BLOCKS) {
        written++;
        if (!res.write(blockOf(id, block++))) return;
      }
      res.end();
    };
    res.on('drain', write);
    write();
  });
  const { port } = await world.front([server.port]);
  let open = () => {};
  const go = new Promise<void>((resolve) => (open = resolve));
  const clients = Array.from({ length: 6 }, (_, id) => late(port, id, go));
  await untilStill(() => written);
  open();
  expect(await Promise.all(clients)).toEqual(
    clients.map((_, id) => {
      const hash = createHash('sha256');
      for (let block = 0; block < BLOCKS; block++) hash.update(blockOf(id, block));
      return hash.digest('hex');
    }),
  );
}, 120_000);

test('whoever captures what is written keeps it', async () => {
  const server = await upstream();
  const captured: Buffer[][] = [];
  const capture = ({ res }: Context, next: Next) => {
    const chunks: Buffer[] = [];
    captured.push(chunks);
    const write = res.write.bind(res);
    res.write = ((chunk: Buffer, ...rest: []) => {
      chunks.push(chunk);
      return write(chunk, ...rest);
    }) as ServerResponse['write'];
    return next();
  };
  const { url } = await world.front([server.port], { before: [capture] });
  for (let id = 0; id < 6; id++) await (await fetch(`${url}/${id}`)).arrayBuffer();
  expect(captured.map((chunks) => sha(Buffer.concat(chunks)))).toEqual(
    Array.from({ length: 6 }, (_, id) => sha(bodyOf(id))),
  );
});

test('an answer that waits for an earlier one on its connection is kept', async () => {
  const server = await upstream();
  const { port } = await world.front([server.port]);
  const expected = Array.from({ length: 4 }, (_, index) => bodyOf(index * 2));
  const total = expected.reduce((sum, body) => sum + body.length, 0);
  const received = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(expected.map((_, index) => `GET /${index * 2} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    });
    world.defer(() => socket.destroy());
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > total && Buffer.concat(chunks).includes(expected.at(-1)!.subarray(-1_000)))
        resolve(Buffer.concat(chunks));
    });
  });
  for (const body of expected) expect(received.includes(body)).toBe(true);
});
