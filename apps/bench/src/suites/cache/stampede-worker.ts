import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { MultiLevelCache } from '@spark-perf/cache';

// One process of a fleet: 100 callers on a cold key. argv: whose cache, Redis, how many processes there are.
const [which, url = '', processes] = process.argv.slice(2);
const client = new Redis(url);
const origin = new Redis(url);
await origin.incr('ready');
while (Number(await origin.get('ready')) < Number(processes))
  await new Promise((resolve) => setTimeout(resolve, 5));

const fetcher = async (): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return origin.incr('fetches');
};
let call: () => Promise<unknown>;
if (which === 'ours') {
  const cache = new MultiLevelCache({ redisClient: client, distributedLock: true, levelTimeout: 10_000 });
  call = () => cache.getOrSet('cold', fetcher);
} else {
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 1_000 }))
    .useL2Layer(redisDriver({ connection: client }));
  const bento = new BentoCache({ default: 'tiered', stores: { tiered: store }, ttl: '1h' });
  call = () => bento.getOrSet({ key: 'cold', factory: fetcher });
}
await Promise.all(Array.from({ length: 100 }, () => call()));
process.exit(0);
