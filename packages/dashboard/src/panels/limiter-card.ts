import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

const TOP = 4;

/** Who passed, who was refused, and which keys most often (masked). */
export function limiterCard(group: SourceGroup, { rates, points }: PanelInput): Card {
  const { figures, details } = group;
  const card = blankCard(group, 'Rate limit');
  const total = (outcome: string): number => figures.total('spark_ratelimit_decisions', { outcome });
  const allowed = rates.rate(`${card.id}/allowed`, total('allowed'));
  const denied = rates.rate(`${card.id}/denied`, total('denied'));
  const up =
    figures.samples('spark_ratelimit_store_up').length === 0 ||
    figures.total('spark_ratelimit_store_up') >= group.parts.length;
  points[card.id] = denied;
  const keys = new Map<string, number>();
  for (const { key, count } of details.flatMap(({ topKeys }) => topKeys ?? []))
    keys.set(key, (keys.get(key) ?? 0) + count);
  const top = [...keys].sort(([, a], [, b]) => b - a).slice(0, TOP);
  return {
    ...card,
    status: !up
      ? { level: 'bad', text: 'Store down' }
      : denied > 0
        ? { level: 'info', text: 'Limiting' }
        : card.status,
    figures: [
      { label: 'Allowed', value: allowed, unit: 'rate' },
      { label: 'Denied', value: denied, unit: 'rate' },
      { label: 'Denied so far', value: total('denied'), unit: 'count' },
      { label: 'Keys', value: figures.total('spark_ratelimit_keys'), unit: 'count' },
    ],
    bars: [
      {
        label: 'Decisions',
        parts: [
          { label: 'allowed', value: total('allowed'), tone: 'good' },
          { label: 'denied', value: total('denied'), tone: 'bad' },
        ],
      },
    ],
    table:
      top.length === 0
        ? null
        : {
            caption: 'Keys refused most',
            columns: ['Key (masked)', 'Refused'],
            rows: top.map(([key, count]) => ({ cells: [{ text: key }, { value: count, unit: 'count' }] })),
          },
    chart: { series: card.id, label: 'denied', unit: 'rate' },
  };
}
