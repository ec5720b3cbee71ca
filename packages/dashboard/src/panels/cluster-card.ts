import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';

/** The workers of a cluster. */
export function clusterCard(group: SourceGroup): Card {
  const card = blankCard(group, 'Cluster');
  const workers = group.details.flatMap((detail) => detail.workers ?? []);
  const ready = workers.filter(({ state }) => state === 'ready').length;
  return {
    ...card,
    status:
      ready === workers.length
        ? { level: 'ok', text: `${ready} ready` }
        : { level: ready === 0 ? 'bad' : 'warn', text: `${ready} of ${workers.length} ready` },
    figures: [
      { label: 'Crashes', value: group.figures.total('spark_cluster_crashes'), unit: 'count' },
      { label: 'Reloads', value: group.figures.total('spark_cluster_reloads'), unit: 'count' },
    ],
    table: {
      caption: 'Workers',
      columns: ['Worker', 'Pid', 'State', 'Up'],
      rows: workers.map(({ slot, pid, state, uptime }) => ({
        cells: [
          { text: String(slot) },
          { text: pid === undefined ? '–' : String(pid) },
          { level: state === 'ready' ? 'ok' : 'warn', text: state },
          { value: uptime, unit: 'ms' },
        ],
      })),
    },
  };
}
