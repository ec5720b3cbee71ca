import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RedisClusterService } from '../src/index.js';
import { startRedisCluster, waitFor } from '../src/index.js';

let cluster: RedisClusterService;
beforeAll(async () => {
  cluster = await startRedisCluster({ masters: 3 });
}, 90_000);
afterAll(() => cluster.stop());

test('three masters share all slots', async () => {
  expect(cluster.endpoints).toHaveLength(3);
  for (const node of cluster.nodes) {
    const info = String(await node.command('CLUSTER', 'INFO'));
    expect(info).toContain('cluster_slots_ok:16384');
    expect(info).toContain('cluster_size:3');
  }
});

test('recovers after a node was killed and restarted', async () => {
  const [first, second] = cluster.nodes;
  await second?.kill();
  const isDown = async () => String(await first?.command('CLUSTER', 'INFO')).includes('cluster_state:fail');
  await waitFor(isDown, { timeout: 30_000 });
  await second?.restart();
  await cluster.waitUntilOk();
}, 90_000);

test('fewer than three masters are refused', async () => {
  await expect(startRedisCluster({ masters: 2 })).rejects.toThrow('at least 3');
});
