import { RequestDeduplicator } from '@spark-perf/dedupe';
import { RedisDedupeStore } from '@spark-perf/dedupe/redis';
import { Spark } from '@spark-perf/server';
import { startRedis } from '@spark-perf/test-services';
import { Redis } from 'ioredis';
import type { AddressInfo } from 'node:net';
import type { BenchContext } from '../../suite.js';
import { PAYLOAD } from './hosts/unique-key.js';

const REQUESTS = 100;

/** Counts what Redis was sent, by its own statistics. */
export async function redisCommands(ctx: BenchContext): Promise<{ fresh: number; replay: number }> {
  const service = await startRedis();
  ctx.defer(() => service.stop());
  const client = new Redis(service.port, service.host);
  ctx.defer(() => client.disconnect());
  const dedupe = new RequestDeduplicator({
    store: new RedisDedupeStore(client, { timeout: 5_000 }),
    storeTimeout: 5_000,
  });
  const app = new Spark();
  app.use(dedupe.middleware());
  app.post('/', (ctx) => ctx.json({ ok: true }));
  await app.listen(0, '127.0.0.1');
  ctx.defer(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const send = async (key: string): Promise<void> => {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
    await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: PAYLOAD })).text();
  };
  /** An outcome is written after its answer: until then its request counts as under way. */
  const written = async (): Promise<void> => {
    while (dedupe.getStats().inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const count = async (work: () => Promise<void>): Promise<number> => {
    await written();
    await client.config('RESETSTAT');
    await work();
    await written();
    const stats = await client.info('commandstats');
    const calls = (name: string): number =>
      Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    return (calls('evalsha') + calls('eval')) / REQUESTS;
  };
  const all = async (): Promise<void> => {
    for (let i = 0; i < REQUESTS; i++) await send(`k${i}`);
  };
  await send('warm');
  const fresh = await count(all);
  return { fresh, replay: await count(all) };
}
