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
import { mergedFamilies } from './merged-families.js';
import type { MetricsOptions } from './options.js';
import { sendChunks } from './send-chunks.js';
import { timedChunks } from './timed-chunks.js';

/**
 * A handler that answers with the metrics of all sources: OpenMetrics 1.0 where `Accept` names it, Prometheus text
 * 0.0.4 else. Families of the same name are declared once. Rendering pauses every half millisecond. A source that fails
 * is left out and counted in `spark_metrics_source_failures`, a family that uses another one's name as another type in
 * `spark_metrics_families_refused`.
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
    const families = familiesOf(sources, logger) as unknown as MetricFamily[];
    const lines = open ? openMetricsChunks(families) : prometheusChunks(families);
    await sendChunks(ctx, clock, open ? OPEN_METRICS_TYPE : PROMETHEUS_TYPE, timedChunks(clock, lines));
  };
}

function familiesOf(sources: readonly MetricSource[], logger: Logger): readonly LazyFamily[] {
  let failures = 0;
  const given = sources.flatMap((source): readonly LazyFamily[] => {
    try {
      return isLazy(source) ? source.collectLazily() : source.collect();
    } catch (error) {
      failures++;
      logger.error('A metric source failed', error);
      return [];
    }
  });
  const { families, refused } = mergedFamilies(given);
  for (const { name, type } of refused)
    logger.error(`The ${type} "${name}" is left out: another metric of another type has its name`);
  return mergedFamilies([
    ...families,
    gauge('source_failures', 'Sources that failed in this scrape and are missing from it.', failures),
    gauge('families_refused', 'Metrics left out because another type has their name.', refused.length),
  ]).families;
}

function gauge(name: string, help: string, value: number): LazyFamily {
  return { name: `spark_metrics_${name}`, type: 'gauge', help, samples: [{ labels: {}, value }] };
}

function isSource(value: unknown): boolean {
  return typeof (value as Partial<MetricSource> | null | undefined)?.collect === 'function';
}

function isLazy(source: MetricSource): source is LazyMetricSource {
  return typeof (source as Partial<LazyMetricSource>).collectLazily === 'function';
}
