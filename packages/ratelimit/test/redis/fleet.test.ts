import { expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { soakCount, startRedis } from '@spark-perf/test-services';

test('eight processes that hammer one key are admitted exactly the limit', async () => {
  await using server = await startRedis();
  const limit = soakCount(5_000);
  const children = Array.from({ length: 8 }, () =>
    fork(path.join(__dirname, '../fixtures/hammer.mjs'), [server.url, `${limit}`, `${Math.ceil(limit / 4)}`]),
  );
  try {
    await Promise.all(children.map((child) => message(child)));
    const results = children.map((child) => message(child));
    for (const child of children) child.send('go');
    const told = (await Promise.all(results)) as { admitted: number; errors: number }[];
    expect(told.reduce((sum, { errors }) => sum + errors, 0)).toBe(0);
    expect(told.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(limit);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}, 120_000);

/** What the child tells next; fails when it ends instead. */
async function message(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the child ended (${code})`);
  });
  return Promise.race([once(child, 'message').then(([told]) => told as unknown), ended]);
}
