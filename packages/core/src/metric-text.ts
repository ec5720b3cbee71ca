import type { MetricFamily, MetricSample } from './metric-family.js';

/** How a value is written. */
export function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value); // NaN is written as `NaN` in both formats
}

/** The name as both renderers write it: label names may hold letters, digits and `_`; everything else becomes `_`. */
export function labelName(name: string): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return name; // a replacement costs several times as much
  const safe = name.replace(/[^a-zA-Z0-9_]/g, '_');
  return /^[0-9]/.test(safe) ? `_${safe}` : safe;
}

/** The name as both renderers write it: metric names may hold `:` as well. A counter's suffix is not added. */
export function metricName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_:]/g, '_');
  return /^[0-9]/.test(safe) ? `_${safe}` : safe;
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
}

/** One line: `name{label="value"} 1`. */
export function sampleLine(name: string, sample: MetricSample): string {
  let labels = '';
  for (const key in sample.labels) {
    const value = sample.labels[key];
    if (value === undefined) continue;
    labels += `${labels === '' ? '' : ','}${labelName(key)}="${escapeLabel(String(value))}"`;
  }
  return `${name}${labels === '' ? '' : `{${labels}}`} ${formatValue(sample.value)}\n`;
}

/** Families of the same name (from several sources) as one: a name may be declared once. */
export function mergeFamilies(families: Iterable<MetricFamily>): MetricFamily[] {
  const merged = new Map<string, MetricFamily>();
  for (const family of families) {
    const first = merged.get(family.name);
    merged.set(
      family.name,
      first === undefined ? family : { ...first, samples: [...first.samples, ...family.samples] },
    );
  }
  return [...merged.values()];
}
