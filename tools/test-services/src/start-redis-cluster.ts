import type { RedisService } from './start-redis.js';
import { startRedis } from './start-redis.js';
import { waitFor } from './wait-for.js';

export interface RedisClusterOptions {
  /** How many masters share the slots; at least 3. @default 3 */
  readonly masters?: number | undefined;
  /** After how many ms without a sign of life a node counts as failed. @default 2000 */
  readonly nodeTimeout?: number | undefined;
  /** Further command-line arguments for every node. @default [] */
  readonly args?: readonly string[] | undefined;
}

/** A Redis Cluster without replicas, on loopback. */
export interface RedisClusterService extends AsyncDisposable {
  readonly nodes: readonly RedisService[];
  /** What a cluster client takes as its start-up nodes. */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  /** Resolves when every running node says `cluster_state:ok`. @throws Error after `timeout` ms (30000). */
  waitUntilOk(timeout?: number): Promise<void>;
  /** Stops every node. Idempotent. */
  stop(): Promise<void>;
}

const SLOTS = 16_384;

/**
 * Starts a cluster on free loopback ports and resolves when all nodes agree that it is up.
 *
 * @throws MissingBinaryError where the machine has no `redis-server`.
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisClusterService> {
  const { masters = 3, nodeTimeout = 2000, args = [] } = options;
  if (!Number.isInteger(masters) || masters < 3)
    throw new RangeError(`masters must be at least 3, received ${masters}`);
  const nodeArgs = ['--cluster-enabled', 'yes', '--cluster-node-timeout', `${nodeTimeout}`, ...args];
  const started = await Promise.allSettled(
    Array.from({ length: masters }, () => startRedis({ args: nodeArgs })),
  );
  const nodes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.stop())));
  const waitUntilOk = async (timeout = 30_000): Promise<void> => {
    const running = nodes.filter((node) => node.running);
    const isOk = async (node: RedisService) => {
      const info = String(await node.command('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${masters}`);
    };
    const allOk = async () => (await Promise.all(running.map(isOk))).every(Boolean);
    await waitFor(allOk, { timeout, interval: 50, message: `cluster_state:ok on ${running.length} nodes` });
  };
  try {
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    await form(nodes);
    await waitUntilOk(60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoints = nodes.map(({ host, port }) => ({ host, port }));
  return { nodes, endpoints, waitUntilOk, stop, [Symbol.asyncDispose]: stop };
}

/** Deals out the slots in equal ranges and introduces everyone to the first node. */
async function form(nodes: readonly RedisService[]): Promise<void> {
  const [first] = nodes;
  for (const [index, node] of nodes.entries()) {
    const from = Math.floor((index * SLOTS) / nodes.length);
    const to = Math.floor(((index + 1) * SLOTS) / nodes.length);
    const slots = Array.from({ length: to - from }, (_, offset) => from + offset);
    await node.command('CLUSTER', 'ADDSLOTS', ...slots);
    await node.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    if (first && node !== first) await node.command('CLUSTER', 'MEET', first.host, first.port);
  }
}
