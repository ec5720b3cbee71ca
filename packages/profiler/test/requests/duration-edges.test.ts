import { expect, test } from '@jest/globals';
import { RequestProfiler } from '../../src/index.js';
import { DURATION_EDGES } from '../../src/requests/duration-edges.js';

/** Of OpenTelemetry's semantic conventions, `http.server.request.duration`, in seconds. */
const ADVISED = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function bucketsOf(durations: readonly number[]): {
  cumulative: Map<string, number>;
  sum?: number;
  count?: number;
} {
  const profiler = new RequestProfiler();
  for (const duration of durations) profiler.recordMetrics('GET:/a', { duration });
  const family = profiler.collect().find(({ name }) => name === 'http_server_request_duration_seconds');
  const cumulative = new Map<string, number>();
  const found: { cumulative: Map<string, number>; sum?: number; count?: number } = { cumulative };
  for (const { labels, suffix, value } of family?.samples ?? []) {
    if (suffix === '_bucket') cumulative.set(labels['le'] ?? '', value);
    else if (suffix === '_sum') found.sum = value;
    else found.count = value;
  }
  return found;
}

test('the edges are those that OpenTelemetry advises, and no more', () => {
  expect(DURATION_EDGES.map((edge) => edge / 1_000)).toEqual(ADVISED);
  expect([...bucketsOf([1]).cumulative.keys()]).toEqual([...ADVISED.map(String), '+Inf']);
});

test.each(DURATION_EDGES.map((edge, i) => [edge, i]))(
  'what took exactly %d ms is within that edge, what took a hair longer is not',
  (edge, i) => {
    const above = edge * (1 + Number.EPSILON);
    expect(above).toBeGreaterThan(edge);
    const { cumulative, count } = bucketsOf([edge, edge, above]);
    const counts = [...cumulative.values()];
    expect(counts.slice(0, i)).toEqual(new Array(i).fill(0));
    expect(counts[i]).toBe(2);
    expect(counts.slice(i + 1)).toEqual(new Array(ADVISED.length - i).fill(3));
    expect(count).toBe(3);
  },
);

test('counts and sum are exact, whatever the percentiles round to', () => {
  const durations = [0, 0.001, 4.999, 5, 74.9, 75, 99.99, 100, 101, 9_999, 10_000, 10_001, 3_600_000];
  const { cumulative, sum, count } = bucketsOf(durations);
  for (const edge of ADVISED)
    expect(cumulative.get(String(edge))).toBe(durations.filter((one) => one <= edge * 1_000).length);
  expect(cumulative.get('+Inf')).toBe(durations.length);
  expect(count).toBe(durations.length);
  expect(sum).toBeCloseTo(durations.reduce((total, one) => total + one, 0) / 1_000, 9);
});
