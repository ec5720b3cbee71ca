import { expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { RateWindow } from '../../src/requests/rate-window.js';

/** Requests after the second `from`, per second of the time since: of a list of their times. */
function exact(times: readonly number[], now: number, from: number): number {
  if (from <= 0) return times.length / Math.max(1, now);
  return times.filter((at) => at >= from).length / (now - from);
}

const gaps = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 20, noNaN: true }),
    fc.double({ min: 0, max: 400, noNaN: true }),
  ),
  { maxLength: 200 },
);

test('rates are those of the requests since the start of the window, however the time goes by', () => {
  fc.assert(
    fc.property(gaps, fc.double({ min: 0, max: 50, noNaN: true }), (steps, rest) => {
      const window = new RateWindow();
      const times: number[] = [];
      let [now, second] = [0, 0];
      const tick = (to: number): void => {
        now = to;
        const next = Math.floor(now);
        if (next > second) window.advance(second, next, times.length);
        second = next;
      };
      for (const gap of steps) {
        tick(now + gap);
        times.push(now);
      }
      tick(now + rest);
      const rates = window.rates(now, times.length);
      const tens = Math.floor(second / 10);
      expect(rates['10s']).toBeCloseTo(exact(times, now, second - 10), 9);
      expect(rates['1m']).toBeCloseTo(exact(times, now, (tens - 6) * 10), 9);
      expect(rates['5m']).toBeCloseTo(exact(times, now, (tens - 30) * 10), 9);
    }),
    { seed: testSeed(), numRuns: soakCount(2_000) },
  );
});

test('the rates of two rows that became one add up', () => {
  const [one, other] = [new RateWindow(), new RateWindow()];
  for (let second = 0; second < 400; second++) {
    one.advance(second, second + 1, (second + 1) * 2);
    other.advance(second, second + 1, (second + 1) * 3);
  }
  one.merge(other);
  for (const rate of Object.values(one.rates(400, 2_000))) expect(rate).toBeCloseTo(5, 9);
});
