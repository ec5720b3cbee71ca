import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { testSeed } from '@spark-perf/test-services';
import { boundingBox, distanceKm } from '../src/cities/distance.js';

const place = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('distances are symmetric and bounded by half the globe', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
      expect(distanceKm(a, b)).toBeLessThanOrEqual(20_016);
    }),
    { seed: testSeed() },
  );
});

test('a bounding box holds every place within its radius', () => {
  fc.assert(
    fc.property(place, place, fc.double({ min: 0.1, max: 5_000, noNaN: true }), (center, other, radius) => {
      fc.pre(distanceKm(center, other) <= radius * 0.999_999);
      const box = boundingBox(center, radius);
      expect(other.latitude).toBeGreaterThanOrEqual(box.minLatitude);
      expect(other.latitude).toBeLessThanOrEqual(box.maxLatitude);
      expect(box.longitudes.some(([from, to]) => other.longitude >= from && other.longitude <= to)).toBe(
        true,
      );
    }),
    { seed: testSeed(), numRuns: 300, maxSkipsPerRun: 10_000 },
  );
});
