import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

/** A circuit breaker: does it let calls pass? */
export function breakerCard(group: SourceGroup, { rates, points }: PanelInput): Card {
  const { figures, parts } = group;
  const card = blankCard(group, 'Breaker');
  const total = (outcome: string): number => figures.total('spark_circuit_breaker_calls', { outcome });
  const state = parts.map(({ report }) => report.detail?.state).find((one) => one !== 'closed') ?? 'closed';
  const level = state === 'closed' ? 'ok' : state === 'half-open' ? 'warn' : 'bad';
  points[card.id] = rates.rate(`${card.id}/failures`, total('failure'));
  return {
    ...card,
    status: { level, text: state === 'closed' ? 'Closed' : state === 'half-open' ? 'Half open' : 'Open' },
    figures: [
      { label: 'Succeeded', value: total('success'), unit: 'count' },
      { label: 'Failed', value: total('failure'), unit: 'count' },
      { label: 'Refused', value: total('rejected'), unit: 'count' },
    ],
    chart: { series: card.id, label: 'failures', unit: 'rate' },
  };
}
