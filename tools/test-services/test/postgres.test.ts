import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import type { PostgresService } from '../src/index.js';
import { startPostgres } from '../src/index.js';

let postgres: PostgresService;
beforeAll(async () => {
  postgres = await startPostgres();
}, 150_000);
afterAll(() => postgres.stop());

/** Says hello as role `spark` and returns the type of the first answer: `R` when the server lets us in. */
function firstAnswer(port: number, timeout = 5000): Promise<string> {
  const body = Buffer.from('user\0spark\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(196_608, 4); // protocol 3.0
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(Buffer.concat([head, body])));
    socket.setTimeout(timeout, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (data) => {
      resolve(data.toString('latin1', 0, 1));
      socket.destroy();
    });
  });
}

describe('startPostgres', () => {
  test('lets the role of its url in', async () => {
    expect(postgres.connectionString).toBe(`postgres://spark@127.0.0.1:${postgres.port}/postgres`);
    expect(await firstAnswer(postgres.port)).toBe('R');
  });

  test('answers nothing while paused', async () => {
    await postgres.pause();
    await expect(firstAnswer(postgres.port, 200)).rejects.toThrow('no answer');
    await postgres.resume();
    expect(await firstAnswer(postgres.port)).toBe('R');
  });

  test('is down after kill, and back on the same port after restart', async () => {
    const { port } = postgres;
    await postgres.kill();
    await expect(firstAnswer(port)).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    expect(postgres.port).toBe(port);
    expect(await firstAnswer(port)).toBe('R');
  }, 90_000);

  test('several run side by side', async () => {
    const both = await Promise.all([startPostgres(), startPostgres({ settings: { max_connections: 5 } })]);
    for (const one of both) expect(await firstAnswer(one.port)).toBe('R');
    await Promise.all(both.map((one) => one.stop()));
  }, 90_000);
});
