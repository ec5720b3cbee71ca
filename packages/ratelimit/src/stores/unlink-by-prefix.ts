import type { Clock, Milliseconds } from '@spark-perf/core';
import type { RedisClient } from '@spark-perf/core/redis';
import { callRedis } from '@spark-perf/core/redis';

/** Each step of the walk. */
const TIMEOUT: Milliseconds = 5_000;

/** What a walk through the keys needs of a client, or of a cluster's node. */
interface ScannableClient extends Pick<RedisClient, 'status' | 'connect'> {
  readonly options?: { readonly keyPrefix?: string | undefined } | undefined;
  scan(cursor: string, ...args: (string | number)[]): Promise<[string, string[]]>;
  unlink(key: string): Promise<number>;
}

interface ClusterClient {
  nodes(role: 'master'): ScannableClient[];
}

/**
 * Removes all keys that begin with `prefix`, on every master of a cluster. O(keys of the server).
 * @throws RedisNotReadyError, RedisTimeoutError, or what a command rejects with
 */
export async function unlinkByPrefix(client: RedisClient, prefix: string, clock: Clock): Promise<void> {
  const options = { timeout: TIMEOUT, clock };
  const nodes = isCluster(client) ? client.nodes('master') : [client as unknown as ScannableClient];
  for (const node of nodes) {
    // ioredis puts its `keyPrefix` before keys, but neither before a pattern nor off the keys that come back.
    const keyPrefix = node.options?.keyPrefix ?? '';
    const pattern = `${(keyPrefix + prefix).replace(/[*?[\]\\]/g, '\\$&')}*`;
    let cursor = '0';
    do {
      const scan = () => node.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
      const [next, keys] = await callRedis(node, scan, options);
      // One by one: keys of one node may be of different slots.
      const unlinkAll = () => Promise.all(keys.map((key) => node.unlink(key.slice(keyPrefix.length))));
      await callRedis(node, unlinkAll, options);
      cursor = next;
    } while (cursor !== '0');
  }
}

function isCluster(client: unknown): client is ClusterClient {
  return typeof (client as Partial<ClusterClient>).nodes === 'function';
}
