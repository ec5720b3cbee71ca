import type { Clock, Context, Logger, MetricFamily, Middleware } from '@spark-perf/core';
import {
  acceptsNamed,
  clockOption,
  OPEN_METRICS_TYPE,
  openMetricsChunks,
  optionsObject,
  PROMETHEUS_TYPE,
  prometheusChunks,
  silentLogger,
} from '@spark-perf/core';
import type { LazyFamily } from './lazy-family.js';
import { mergedFamilies } from './merged-families.js';
import type { MetricsOptions } from './options.js';
import { RefusedSeries } from './refused-series.js';
import type { ScrapedSource } from './scraped-source.js';
import { scrapedSources } from './scraped-source.js';
import { sendChunks } from './send-chunks.js';
import { timedChunks } from './timed-chunks.js';

/**
 * A handler that answers with the metrics of all sources: OpenMetrics 1.0 where `Accept` names it, Prometheus text
 * 0.0.4 else. Families of the same name are declared once. Rendering pauses every half millisecond. A source that fails
 * is left out and counted in `spark_metrics_source_failures`, a family that uses another one's name as another type in
 * `spark_metrics_families_refused`, the samples of a series that an earlier source has in `spark_metrics_series_refused`.
 *
 * @throws InvalidOptionError
 */
export function metrics<C extends Context>(options: MetricsOptions): Middleware<C> {
  const given = optionsObject('options', options, ['sources', 'logger', 'clock']);
  const sources = scrapedSources(given.sources);
  const { logger = silentLogger } = given;
  const clock: Clock = clockOption(given.clock);
  return async (ctx) => {
    const open = acceptsNamed(ctx.headers.accept, 'application/openmetrics-text');
    const series = new RefusedSeries(({ name, type }) =>
      logger.error(
        `The ${type} "${name}" has series of two sources, which need labels: the first one's stand`,
      ),
    );
    // Core's renderers only iterate over samples, so that lazy ones will do.
    const families = familiesOf(sources, series, logger) as unknown as MetricFamily[];
    const lines = series.linesOf(open ? openMetricsChunks(families) : prometheusChunks(families));
    await sendChunks(ctx, clock, open ? OPEN_METRICS_TYPE : PROMETHEUS_TYPE, timedChunks(clock, lines));
  };
}

function familiesOf(
  sources: readonly ScrapedSource[],
  series: RefusedSeries,
  logger: Logger,
): readonly LazyFamily[] {
  const failed = new Set<ScrapedSource>();
  const given = sources.flatMap((source) => {
    const onFailure = (error: unknown): void => {
      failed.add(source);
      logger.error('A metric source failed', error);
    };
    try {
      return source(onFailure);
    } catch (error) {
      onFailure(error);
      return [];
    }
  });
  const own = [
    gauge(
      'source_failures',
      'Sources that failed in this scrape and are missing from it.',
      () => failed.size,
    ),
    gauge('families_refused', 'Metrics left out because another type has their name.', () => refused.length),
    gauge('series_refused', 'Samples left out because another source has their series.', () => series.count),
  ];
  const { families, refused } = mergedFamilies([...given, ...own], (same) => series.samplesOf(same));
  for (const { name, type } of refused)
    logger.error(`The ${type} "${name}" is left out: another metric of another type has its name`);
  return families;
}

/** Read when all before it has been rendered. */
function gauge(name: string, help: string, value: () => number): LazyFamily {
  const samples = {
    *[Symbol.iterator]() {
      yield { labels: {}, value: value() };
    },
  };
  return { name: `spark_metrics_${name}`, type: 'gauge', help, samples };
}
