/** A strict reader of OpenMetrics 1.0 text: throws at whatever the specification forbids of what we can write. */
export interface ParsedFamily {
  type: string;
  unit: string | undefined;
  samples: { name: string; labels: Map<string, string>; value: number }[];
}

const SUFFIXES: Record<string, string[]> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['_info'],
  unknown: [''],
};

export function parseOpenMetrics(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('# EOF\n')) throw new Error('does not end in # EOF');
  const families = new Map<string, ParsedFamily>();
  let name = '';
  let current: ParsedFamily | undefined;
  const seen = new Set<string>();
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const meta = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/.exec(line);
    if (meta) {
      const [, what, metric = '', rest = ''] = meta;
      if (what === 'TYPE') {
        if (families.has(metric)) throw new Error(`${metric} is declared twice`);
        if (!(rest in SUFFIXES)) throw new Error(`unknown type ${rest}`);
        name = metric;
        current = { type: rest, unit: undefined, samples: [] };
        families.set(metric, current);
      } else if (metric !== name || current === undefined || current.samples.length > 0) {
        throw new Error(`${what} of ${metric} out of place`);
      } else if (what === 'UNIT') {
        if (!name.endsWith(`_${rest}`)) throw new Error(`${name} does not end in its unit`);
        current.unit = rest;
      }
      continue;
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!sample || current === undefined) throw new Error(`can't read: ${line}`);
    const [, full = '', labelText = '', valueText = ''] = sample;
    const suffix = full.slice(name.length);
    if (!full.startsWith(name) || !SUFFIXES[current.type]?.includes(suffix))
      throw new Error(`${full} is not of ${name}`);
    if (!/^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.test(valueText))
      throw new Error(`bad value ${valueText}`);
    const labels = labelsIn(labelText);
    const key = `${full}${keyOf([...labels])}`;
    if (seen.has(key)) throw new Error(`${full}{${labelText}} is there twice`);
    seen.add(key);
    const value = Number(valueText.replace('Inf', 'Infinity'));
    if (current.type === 'counter' && !(value >= 0)) throw new Error(`a counter of ${value}`);
    current.samples.push({ name: full, labels, value });
  }
  for (const [metric, family] of families) {
    checkContiguity(metric, family);
    if (family.type === 'histogram') checkHistogram(metric, family);
  }
  return families;
}

/** Of labels whose order means nothing, and of which an empty one is none. */
function keyOf(labels: [string, string][]): string {
  return JSON.stringify(labels.filter(([, value]) => value !== '').sort());
}

/** The samples of one label set must not be interleaved with those of others. */
function checkContiguity(metric: string, { type, samples }: ParsedFamily): void {
  const part = type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : '';
  const over = new Set<string>();
  let current: string | undefined;
  for (const { labels } of samples) {
    const key = keyOf([...labels].filter(([label]) => label !== part));
    if (key === current) continue;
    if (over.has(key)) throw new Error(`${metric} ${key}: samples are apart`);
    if (current !== undefined) over.add(current);
    current = key;
  }
}

function labelsIn(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest);
    if (!pair) throw new Error(`bad labels: ${rest}`);
    const [all, label = '', escaped = ''] = pair;
    if (labels.has(label)) throw new Error(`label ${label} twice`);
    labels.set(
      label,
      escaped.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
    );
    rest = rest.slice(all.length);
  }
  return labels;
}

function checkHistogram(metric: string, family: ParsedFamily): void {
  const series = new Map<string, { buckets: [number, number][]; count?: number }>();
  for (const { name, labels, value } of family.samples) {
    const le = labels.get('le');
    const key = keyOf([...labels].filter(([label]) => label !== 'le'));
    const one = series.get(key) ?? { buckets: [] };
    series.set(key, one);
    if (name.endsWith('_bucket')) one.buckets.push([Number(le?.replace('Inf', 'Infinity')), value]);
    else if (name.endsWith('_count')) one.count = value;
  }
  for (const [key, { buckets, count }] of series) {
    for (const [i, [edge, value]] of buckets.entries()) {
      const before = buckets[i - 1];
      if (before && !(edge > before[0] && value >= before[1]))
        throw new Error(`${metric} ${key}: buckets out of order`);
    }
    const last = buckets.at(-1);
    if (last?.[0] !== Infinity || last[1] !== count)
      throw new Error(`${metric} ${key}: +Inf is not the count`);
  }
}
