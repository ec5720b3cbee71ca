import { clusterSlot } from './cluster-slot.js';
import type { CacheRedisClient } from './redis-commands.js';

/** The texts under several keys: one MGET, or on a Cluster one pipeline for each node that owns some of them. */
export async function readMany(
  client: CacheRedisClient,
  keys: readonly string[],
): Promise<(string | null)[]> {
  if (keys.length === 1) return [await client.get(keys[0]!)];
  if (keys.length === 0) return [];
  if (client.isCluster !== true) return client.mget(...keys);
  const byNode = new Map<string, number[]>();
  keys.forEach((key, index) => {
    const slot = clusterSlot(key);
    const node = client.slots?.[slot]?.[0] ?? `slot ${slot}`;
    const indexes = byNode.get(node);
    if (indexes === undefined) byNode.set(node, [index]);
    else indexes.push(index);
  });
  const texts = new Array<string | null>(keys.length).fill(null);
  await Promise.all(
    Array.from(byNode.values(), async (indexes) => {
      const pipeline = client.pipeline();
      for (const index of indexes) pipeline.get(keys[index]!);
      const replies = (await pipeline.exec()) ?? [];
      replies.forEach(([error, text], at) => {
        if (error !== null) throw error;
        texts[indexes[at]!] = text as string | null;
      });
    }),
  );
  return texts;
}
