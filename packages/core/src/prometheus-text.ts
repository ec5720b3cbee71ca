import type { MetricFamily } from './metric-family.js';
import { mergeFamilies, metricName, sampleLine } from './metric-text.js';

/** The media type of `renderPrometheus`. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The families in Prometheus's text format 0.0.4, piece by piece. Counters end in `_total` there too. */
export function* prometheusChunks(families: Iterable<MetricFamily>): Generator<string> {
  for (const family of mergeFamilies(families)) {
    let name = metricName(family.name);
    if (family.type === 'counter' && !name.endsWith('_total')) name += '_total';
    if (family.type === 'info') name += '_info';
    yield `# HELP ${name} ${family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
    yield `# TYPE ${name} ${family.type === 'info' ? 'gauge' : family.type === 'unknown' ? 'untyped' : family.type}\n`;
    for (const sample of family.samples) yield sampleLine(name + (sample.suffix ?? ''), sample);
  }
}

/** The families as Prometheus text. */
export function renderPrometheus(families: Iterable<MetricFamily>): string {
  return [...prometheusChunks(families)].join('');
}
