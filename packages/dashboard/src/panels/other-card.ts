import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';

const MAX_ROWS = 30;

/** Anything with metrics: a table of them. Of a histogram or summary its count. */
export function otherCard(group: SourceGroup): Card {
  const metrics = [...group.figures.families].flatMap(({ name, samples }) =>
    samples
      .filter(({ suffix }) => suffix === undefined || suffix === '_count')
      .map(({ labels, value, suffix = '' }) => ({ name: name + suffix, labels: labelText(labels), value })),
  );
  const numbers = group.details.flatMap(({ numbers: found }) =>
    Object.entries(found ?? {}).map(([name, value]) => ({ name, labels: '', value })),
  );
  const rows = metrics.length > 0 ? metrics : numbers;
  return {
    ...blankCard(group, group.kind === 'other' ? 'Metrics' : group.kind),
    table: {
      caption: rows.length > MAX_ROWS ? `The first ${MAX_ROWS} of ${rows.length} metrics` : 'Metrics',
      columns: ['Metric', 'Labels', 'Value'],
      rows: rows.slice(0, MAX_ROWS).map(({ name, labels, value }) => ({
        cells: [{ text: name }, { text: labels }, { value, unit: 'count' }],
      })),
    },
  };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
    .slice(0, 120);
}
