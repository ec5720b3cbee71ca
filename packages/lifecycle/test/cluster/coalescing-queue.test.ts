import { expect, test } from '@jest/globals';
import { CoalescingQueue } from '../../src/cluster/coalescing-queue.js';

function setUp() {
  const runs: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const queue = new CoalescingQueue(
    () => new Promise<void>((resolve, reject) => runs.push({ resolve, reject })),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, runs, turn };
}

test('who asks during a run shares the next one, which begins after it', async () => {
  const { queue, runs, turn } = setUp();
  const first = queue.request();
  const others = [queue.request(), queue.request(), queue.request()];
  expect({ runs: runs.length, busy: queue.busy }).toEqual({ runs: 1, busy: true });
  runs[0]?.resolve();
  await first;
  await turn();
  expect(runs).toHaveLength(2);
  const further = queue.request();
  runs[1]?.resolve();
  await Promise.all(others);
  await turn();
  expect(runs).toHaveLength(3);
  runs[2]?.resolve();
  await further;
  expect(queue.busy).toBe(false);
});

test('a run that fails rejects those who asked for it, and no other', async () => {
  const { queue, runs, turn } = setUp();
  const first = queue.request();
  const second = queue.request();
  runs[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await turn();
  runs[1]?.resolve();
  await expect(second).resolves.toBeUndefined();
  const third = queue.request();
  runs[2]?.resolve();
  await third;
});
