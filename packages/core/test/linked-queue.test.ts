import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import type { QueueNode } from '../src/index.js';
import { LinkedQueue } from '../src/index.js';

test('behaves as a list from which any element may be taken', () => {
  const step = fc.oneof(
    fc.constant('push' as const),
    fc.constant('shift' as const),
    fc.nat(30), // remove the n-th node ever pushed
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new LinkedQueue<number>();
      const nodes: QueueNode<number>[] = [];
      let model: number[] = [];
      for (const action of steps) {
        if (action === 'push') {
          model.push(nodes.length);
          nodes.push(queue.push(nodes.length));
        } else if (action === 'shift') expect(queue.shift()).toBe(model.shift());
        else if (nodes[action] !== undefined) {
          expect(queue.remove(nodes[action])).toBe(model.includes(action));
          model = model.filter((value) => value !== action);
        }
        expect([...queue]).toEqual(model);
        expect(queue.size).toBe(model.length);
        expect(queue.peek()).toBe(model[0]);
      }
    }),
    { seed: testSeed(), numRuns: 500 },
  );
});

test('a node of another queue is not removed', () => {
  const one = new LinkedQueue<string>();
  const other = new LinkedQueue<string>();
  const node = one.push('a');
  other.push('b');
  expect(other.remove(node)).toBe(false);
  expect([one.size, other.size]).toEqual([1, 1]);
});
