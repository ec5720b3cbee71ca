import type { MetricFamily } from './metric-family.js';
import { mergeFamilies, metricName, sampleLine } from './metric-text.js';

/** The media type of `renderOpenMetrics`. */
export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** The OpenMetrics 1.0 text of the families, piece by piece, so that a long one need not be made at once. */
export function* openMetricsChunks(families: Iterable<MetricFamily>): Generator<string> {
  for (const family of mergeFamilies(families)) {
    const name = metricName(family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name);
    yield `# TYPE ${name} ${family.type}\n`;
    // A unit must be the end of the name.
    if (family.unit !== undefined && name.endsWith(`_${family.unit}`))
      yield `# UNIT ${name} ${family.unit}\n`;
    yield `# HELP ${name} ${escapeHelp(family.help)}\n`;
    const suffix = family.type === 'counter' ? '_total' : family.type === 'info' ? '_info' : '';
    for (const sample of family.samples) yield sampleLine(name + (sample.suffix ?? suffix), sample);
  }
  yield '# EOF\n';
}

/** The families as OpenMetrics 1.0 text. */
export function renderOpenMetrics(families: Iterable<MetricFamily>): string {
  return [...openMetricsChunks(families)].join('');
}
