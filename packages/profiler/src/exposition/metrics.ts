import type { Clock, Context, Logger, MetricFamily, MetricSource, Middleware } from '@spark-perf/core';
import {
  acceptsNamed,
  clockOption,
  InvalidOptionError,
  OPEN_METRICS_TYPE,
  openMetricsChunks,
  optionsObject,
  PROMETHEUS_TYPE,
  prometheusChunks,
  silentLogger,
} from '@spark-perf/core';
import type { LazyFamily, LazyMetricSource } from './lazy-family.js';
import { mergedByName } from './lazy-family.js';
import type { MetricsOptions } from './options.js';
import { sendChunks } from './send-chunks.js';
import { timedChunks } from './timed-chunks.js';

/**
 * A handler that answers with the metrics of all sources: OpenMetrics 1.0 where `Accept` names it, Prometheus text
 * 0.0.4 else. Families of the same name are declared once. Rendering pauses every half millisecond. A source that fails
 * is left out and counted in `spark_metrics_source_failures`.
 *
 * @throws InvalidOptionError
 */
export function metrics<C extends Context>(options: MetricsOptions): Middleware<C> {
  const given = optionsObject('options', options, ['sources', 'logger', 'clock']);
  const { sources, logger = silentLogger } = given;
  const valid = Array.isArray(sources) && sources.every((one: unknown) => isSource(one));
  if (!valid) throw new InvalidOptionError('sources', 'a list of metric sources', sources);
  const clock: Clock = clockOption(given.clock);
  return async (ctx) => {
    const open = acceptsNamed(ctx.headers.accept, 'application/openmetrics-text');
    // Core's renderers only iterate over samples, so that lazy ones will do.
    const families = mergedByName(familiesOf(sources, logger)) as unknown as MetricFamily[];
    const lines = open ? openMetricsChunks(families) : prometheusChunks(families);
    await sendChunks(ctx, clock, open ? OPEN_METRICS_TYPE : PROMETHEUS_TYPE, timedChunks(clock, lines));
  };
}

function familiesOf(sources: readonly MetricSource[], logger: Logger): LazyFamily[] {
  let failures = 0;
  const families = sources.flatMap((source): readonly LazyFamily[] => {
    try {
      return isLazy(source) ? source.collectLazily() : source.collect();
    } catch (error) {
      failures++;
      logger.error('A metric source failed', error);
      return [];
    }
  });
  return [
    ...families,
    {
      name: 'spark_metrics_source_failures',
      type: 'gauge',
      help: 'Sources that failed in this scrape and are missing from it.',
      samples: [{ labels: {}, value: failures }],
    },
  ];
}

function isSource(value: unknown): boolean {
  return typeof (value as Partial<MetricSource> | null | undefined)?.collect === 'function';
}

function isLazy(source: MetricSource): source is LazyMetricSource {
  return typeof (source as Partial<LazyMetricSource>).collectLazily === 'function';
}
