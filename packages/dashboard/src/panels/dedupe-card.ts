import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

/** Requests that did not run twice. */
export function dedupeCard(group: SourceGroup, { rates, points }: PanelInput): Card {
  const { figures } = group;
  const card = blankCard(group, 'Dedupe');
  const total = (outcome: string): number => figures.total('spark_dedupe_requests', { outcome });
  const saved = total('coalesced') + total('replayed');
  const failing = rates.rate(`${card.id}/storeErrors`, total('storeErrors')) > 0;
  points[card.id] = rates.rate(`${card.id}/saved`, saved);
  return {
    ...card,
    status: failing ? { level: 'bad', text: 'Store fails' } : card.status,
    figures: [
      { label: 'Coalesced', value: total('coalesced'), unit: 'count' },
      { label: 'Replayed', value: total('replayed'), unit: 'count' },
      { label: 'Conflicts', value: total('conflicts') + total('mismatched'), unit: 'count' },
      { label: 'In flight', value: figures.total('spark_dedupe_in_flight'), unit: 'count' },
    ],
    chart: { series: card.id, label: 'saved', unit: 'rate' },
  };
}
