import { expect, test } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { CLUSTER_DEFAULTS, ClusterManager } from '../../src/cluster/index.js';
import { resolveClusterOptions } from '../../src/cluster/options.js';

test('the defaults', () => {
  const { workers, ...rest } = CLUSTER_DEFAULTS;
  expect(resolveClusterOptions()).toMatchObject({ workers: availableParallelism(), ...rest });
  expect([workers, rest]).toEqual([
    'auto',
    {
      ...{ readyTimeout: 30_000, drainTimeout: 30_000, minBackoff: 100, maxBackoff: 10_000 },
      ...{ maxCrashes: 10, crashWindow: 60_000, maxMemory: Infinity, memoryInterval: 5_000 },
      ...{ requireListening: true, reloadOnSighup: true, exit: true },
    },
  ]);
  expect(resolveClusterOptions({ minBackoff: 20_000 }).maxBackoff).toBe(20_000);
  expect(Object.isFrozen(CLUSTER_DEFAULTS)).toBe(true);
});

test.each([
  [{ workers: -1 }],
  [{ workers: 1.5 }],
  [{ workers: 'all' }],
  [{ readyTimeout: 0 }],
  [{ minBackoff: 500, maxBackoff: 100 }],
  [{ maxCrashes: 0 }],
  [{ maxMemory: 0 }],
  [{ worker: 2 }],
])('refuses %p', (options) => {
  expect(() => new ClusterManager(options as never)).toThrow(
    expect.objectContaining({ code: 'SPARK_INVALID_OPTION' }),
  );
});
