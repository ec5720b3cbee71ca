import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MultiLevelCache } from '@spark-perf/cache';
import { startRedis } from '@spark-perf/test-services';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';
import { memoryPeers } from './peers.js';

const CALLERS = 1_000;
const PROCESSES = 8;

/** How often a fetcher runs when many ask for a cold key at once. */
export async function* stampedes(ctx: BenchContext): AsyncGenerator<Row> {
  const cache = new MultiLevelCache();
  ctx.defer(() => cache.close());
  const peers: Record<string, number> = {};
  for (const [name, peer] of Object.entries(memoryPeers(false)))
    peers[name] = await fetches((fetcher) => peer.getOrSet('cold', fetcher));
  yield row({
    claim: `${CALLERS} callers on one cold key, one process: fetches`,
    ours: await fetches((fetcher) => cache.getOrSet('cold', fetcher)),
    peers,
    unit: 'fetches',
    target: '<= 1',
  });
  yield row({
    claim: `${PROCESSES} processes of 100 callers on one cold key: fetches`,
    ours: await fleet(ctx, 'ours'),
    peers: { bentocache: await fleet(ctx, 'bentocache') },
    unit: 'fetches',
    target: '<= 1',
  });
}

async function fetches(call: (fetcher: () => Promise<number>) => Promise<unknown>): Promise<number> {
  let count = 0;
  const fetcher = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return ++count;
  };
  await Promise.all(Array.from({ length: CALLERS }, () => call(fetcher)));
  return count;
}

async function fleet(ctx: BenchContext, which: string): Promise<number> {
  const server = await startRedis();
  ctx.defer(() => server.stop());
  const worker = fileURLToPath(new URL('./stampede-worker.js', import.meta.url));
  const run = () =>
    promisify(execFile)(process.execPath, [worker, which, server.url, String(PROCESSES)], {
      timeout: 60_000,
    });
  await Promise.all(Array.from({ length: PROCESSES }, run));
  return Number(await server.command('GET', 'fetches'));
}
