import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';

/** Where the processes are between start and end, and who is connected. */
export function lifecycleCard(group: SourceGroup): Card {
  const { figures, parts } = group;
  const card = blankCard(group, 'Lifecycle');
  const connections = new Map<string, number>();
  for (const { labels, value } of figures.samples('spark_lifecycle_connections')) {
    const state = labels['state'] ?? '';
    connections.set(state, (connections.get(state) ?? 0) + value);
  }
  const running = parts.every(({ report }) => report.detail?.state === 'running');
  const other = parts.find(({ report }) => report.detail?.state !== 'running');
  return {
    ...card,
    status: running
      ? { level: 'ok', text: 'Running' }
      : { level: 'warn', text: `${other?.process ?? ''}: ${other?.report.detail?.state || 'unknown'}` },
    figures: [
      { label: 'Resources', value: figures.total('spark_lifecycle_resources'), unit: 'count' },
      { label: 'Request scopes', value: figures.total('spark_lifecycle_request_scopes_open'), unit: 'count' },
      {
        label: 'Failed cleanups',
        value:
          figures.total('spark_lifecycle_cleanups') -
          figures.total('spark_lifecycle_cleanups', { outcome: 'done' }) +
          figures.total('spark_lifecycle_request_cleanup_errors'),
        unit: 'count',
      },
    ],
    bars:
      connections.size === 0
        ? []
        : [
            {
              label: 'Connections',
              parts: [...connections]
                .filter(([, value]) => value > 0)
                .map(([label, value]) => ({
                  label,
                  value,
                  tone: /idle/i.test(label) ? ('good' as const) : ('use' as const),
                })),
            },
          ],
  };
}
