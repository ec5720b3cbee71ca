import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import type { Look, VerdictState } from '../../src/leaks/verdict-state.js';
import { nextVerdict } from '../../src/leaks/verdict-state.js';

const PENDING = 100;
const start = { verdict: 'learning', since: 0 } as VerdictState;
const look = (at: number, growing: boolean, over: Partial<Look> = {}): Look => ({
  ...{ at, ready: true, overdue: false, fresh: true, growing, proven: true },
  ...over,
});
const run = (looks: Look[]): string[] => {
  let state = start;
  return looks.map((one) => (state = nextVerdict(state, one, PENDING)).verdict);
};

test('growth that lasts is an alarm, its absence that lasts is the end of it', () => {
  const looks = [0, 50, 99, 100, 101, 150, 250, 251, 351, 500, 551].map((at) => look(at, at <= 100));
  expect(run(looks)).toEqual([
    ...['suspect', 'suspect', 'suspect', 'leaking', 'leaking', 'leaking'],
    ...['recovered', 'recovered', 'recovered', 'healthy', 'healthy'],
  ]);
});

test('growth that begins anew after a recovery is a suspicion again, if a look has really seen it', () => {
  const recovered = { verdict: 'recovered', since: 0 } as const;
  expect(nextVerdict(recovered, look(50, true), PENDING)).toEqual({
    verdict: 'suspect',
    since: 50,
    misses: 0,
  });
  expect(nextVerdict(recovered, look(50, true, { fresh: false }), PENDING)).toBe(recovered);
  expect(nextVerdict(recovered, look(199, false), PENDING)).toBe(recovered);
  expect(nextVerdict(recovered, look(200, false), PENDING)).toEqual({ verdict: 'healthy', since: 200 });
});

test('a single look without growth does not clear a suspicion, three do', () => {
  const pattern = [true, false, true, false, false, true, false, false, false];
  expect(run(pattern.map((growing, at) => look(at, growing)))).toEqual([
    ...Array<string>(8).fill('suspect'),
    'healthy',
  ]);
});

test('a look that learnt nothing changes nothing', () => {
  const stale = { fresh: false };
  expect(run([look(0, true), look(200, true, stale), look(300, false, stale)])).toEqual(
    Array(3).fill('suspect'),
  );
});

test('too few collections are inconclusive, until there are enough', () => {
  const early = { ready: false };
  const looks = [
    look(0, false, early),
    look(1, false, { ...early, overdue: true }),
    look(2, false, early),
    look(3, false),
  ];
  expect(run(looks)).toEqual(['learning', 'inconclusive', 'inconclusive', 'healthy']);
});

test('leaking is never reached without a suspicion of pendingFor, nor without proof', () => {
  const step = fc.record({
    wait: fc.nat(80),
    growing: fc.boolean(),
    ready: fc.boolean(),
    fresh: fc.boolean(),
    proven: fc.boolean(),
    overdue: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      let state = start;
      let at = 0;
      let suspectSince = NaN;
      for (const { wait, ...rest } of steps) {
        at += wait;
        const next = nextVerdict(state, { at, ...rest }, PENDING);
        if (next.verdict === 'suspect' && state.verdict !== 'suspect') suspectSince = at;
        if (next.verdict === 'leaking' && state.verdict !== 'leaking') {
          expect(state.verdict).toBe('suspect');
          expect(rest.proven && rest.fresh && rest.growing).toBe(true);
          expect(at - suspectSince).toBeGreaterThanOrEqual(PENDING);
        }
        if (next.verdict === 'recovered') expect(['leaking', 'recovered']).toContain(state.verdict);
        state = next;
      }
    }),
    { seed: testSeed(), numRuns: soakCount(5_000) },
  );
});
