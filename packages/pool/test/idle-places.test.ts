import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { soakCount, testSeed } from '@spark-perf/test-services';
import { Entry } from '../src/entry.js';
import { Lane } from '../src/idle/lane.js';

const command = fc.oneof(
  // Often enough for the ring to grow more than once.
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('park' as const) }) },
  fc.record({ kind: fc.constant('take' as const) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(40) }),
  fc.record({ kind: fc.constant('sweep' as const), modulus: fc.integer({ min: 1, max: 5 }) }),
);

describe('lane', () => {
  test.each(['lifo', 'fifo'] as const)('is an array, whatever is done to it (%s)', (order) => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const lane = new Lane<number>(order);
        let model: Entry<number>[] = [];
        let id = 0;
        for (const one of commands) {
          if (one.kind === 'park') {
            const entry = new Entry(id++, 0, 0, 0);
            model.push(entry);
            lane.park(entry);
          } else if (one.kind === 'take') {
            expect(lane.take()).toBe(order === 'lifo' ? model.pop() : model.shift());
          } else if (one.kind === 'remove') {
            const entry = model[one.at] ?? new Entry(-1, 0, 0, 0);
            expect(lane.remove(entry)).toBe(model.includes(entry));
            model = model.filter((other) => other !== entry);
          } else {
            const wanted = (entry: Entry<number>): boolean => entry.resource % one.modulus === 0;
            expect(lane.sweep(wanted)).toEqual(model.filter(wanted));
            model = model.filter((entry) => !wanted(entry));
          }
        }
        expect(lane.sweep(() => true)).toEqual(model);
      }),
      { seed: testSeed(), numRuns: soakCount(1_000) },
    );
  });
});
