import { describe, expect, test } from '@jest/globals';
import { fakeContext, ManualClock } from '@spark-perf/core/testing';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { __Name__ } from '../src/index.js';

describe('__Name__', () => {
  test('counts the requests that pass', async () => {
    const clock = new ManualClock();
    await using engine = new __Name__({ clock });
    await engine.middleware()(fakeContext(), async () => {});
    expect(engine.getStats()).toEqual({ requests: 1, lastRequestAt: clock.now() });
    expect(engine.collect()[0]?.samples).toEqual([{ labels: {}, value: 1 }]);
  });

  test('counts every one, at whatever time it comes', () => {
    const counts = fc.property(fc.array(fc.nat(60_000), { maxLength: 20 }), (pauses) => {
      const clock = new ManualClock();
      const engine = new __Name__({ clock });
      for (const pause of pauses) {
        clock.advanceSync(pause);
        engine.record();
      }
      expect(engine.getStats().requests).toBe(pauses.length);
    });
    fc.assert(counts, { seed: testSeed(), numRuns: soakCount(1_000) });
  });

  test('tells its listeners until they unsubscribe', async () => {
    await using engine = new __Name__({ clock: new ManualClock() });
    const seen: unknown[] = [];
    const unsubscribe = engine.on('request', (event) => seen.push(event));
    engine.record();
    unsubscribe();
    engine.record();
    expect(seen).toHaveLength(1);
  });

  test('refuses an option that it does not know', () => {
    expect(() => new __Name__({ colour: 'red' } as object)).toThrow(
      expect.objectContaining({ code: 'SPARK_INVALID_OPTION', option: 'colour' }),
    );
  });
});
