import type { MetricSample } from '@spark-perf/core';
import type { LazyFamily } from '../exposition/lazy-family.js';
import { DURATION_EDGES } from './duration-edges.js';
import type { OutcomeSeries } from './outcome-series.js';
import type { RouteStats } from './route-stats.js';
import type { RouteTable } from './route-table.js';
import { OTHER_METHOD } from './route-table.js';

const EDGES = [...DURATION_EDGES.map((edge) => String(edge / 1_000)), '+Inf'];

/** What a profiler has counted, under the names of OpenTelemetry's HTTP conventions. Rows are read one by one. */
export function requestFamilies(table: RouteTable, inFlightOf: (row: RouteStats) => number): LazyFamily[] {
  const perRow = (value: (row: RouteStats) => number): Iterable<MetricSample> =>
    lazily(function* () {
      for (const row of [...table.rows()]) yield { labels: labelsOf(row), value: value(row) };
    });
  return [
    {
      name: 'http_server_request_duration_seconds',
      type: 'histogram',
      unit: 'seconds',
      help: 'Duration of HTTP server requests. An aborted request has error_type 499.',
      samples: lazily(function* () {
        for (const row of [...table.rows()]) for (const series of row.series) yield* histogramOf(row, series);
      }),
    },
    {
      name: 'http_server_active_requests',
      type: 'gauge',
      help: 'HTTP requests in flight, by the route they are likely to match.',
      samples: perRow(inFlightOf),
    },
    {
      name: 'http_server_request_body_size_bytes',
      type: 'counter',
      help: 'Body bytes of HTTP requests.',
      samples: perRow((row) => row.totals().requestBytes),
    },
    {
      name: 'http_server_response_body_size_bytes',
      type: 'counter',
      help: 'Body bytes of HTTP responses.',
      samples: perRow((row) => row.totals().responseBytes),
    },
    {
      name: 'spark_profiler_long_lived_requests',
      type: 'counter',
      help: 'Event streams, upgrades and long polls, which are in no other count.',
      samples: perRow((row) => row.longLived),
    },
    {
      name: 'spark_profiler_overflow_requests',
      type: 'counter',
      help: 'Requests counted in the _overflow row because their route found no place.',
      samples: [{ labels: {}, value: table.overflowed }],
    },
    {
      name: 'spark_profiler_routes',
      type: 'gauge',
      help: 'Routes told apart.',
      samples: [{ labels: {}, value: table.size }],
    },
  ];
}

function labelsOf(row: RouteStats): Record<string, string> {
  return { http_request_method: row.method || OTHER_METHOD, http_route: row.route };
}

/** Of a copy: the rendering may pause between two samples, and a histogram must agree with itself. */
function* histogramOf(row: RouteStats, series: OutcomeSeries): Generator<MetricSample> {
  const labels = labelsOf(row);
  if (series.status !== 0) labels['http_response_status_code'] = String(series.status);
  if (series.error !== 0) labels['error_type'] = String(series.error);
  const { buckets, sum } = series;
  let below = 0;
  for (let i = 0; i < buckets.length; i++) {
    below += buckets[i]!;
    yield { labels: { ...labels, le: EDGES[i]! }, value: below, suffix: '_bucket' };
  }
  yield { labels, value: sum / 1_000, suffix: '_sum' };
  yield { labels, value: below, suffix: '_count' };
}

function lazily(samples: () => Generator<MetricSample>): Iterable<MetricSample> {
  return { [Symbol.iterator]: samples };
}
