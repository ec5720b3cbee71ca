import type { ServerDetail } from '../report/source-detail.js';
import type { Card, CardTable } from '../snapshot/card.js';
import type { SourceGroup, SourcePart } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

/** The servers of a balancer, their state, and what can be done about it. */
export function balancerCard(group: SourceGroup, { rates, points }: PanelInput): Card {
  const card = blankCard(group, 'Balancer');
  const servers = group.details.flatMap((detail) => detail.servers ?? []);
  const serving = servers.filter(isServing).length;
  const sum = (value: (server: ServerDetail) => number): number =>
    servers.reduce((all, one) => all + value(one), 0);
  const requests = group.figures.has('spark_balancer_requests')
    ? group.figures.total('spark_balancer_requests')
    : sum((server) => server.requests);
  const rate = rates.rate(`${card.id}/requests`, requests);
  points[card.id] = rate;
  return {
    ...card,
    status:
      serving === servers.length
        ? { level: 'ok', text: `${serving} serving` }
        : { level: serving === 0 ? 'bad' : 'warn', text: `${serving} of ${servers.length} serving` },
    figures: [
      { label: 'Requests', value: rate, unit: 'rate' },
      { label: 'In flight', value: sum(({ active }) => active), unit: 'count' },
      { label: 'Retries', value: sum(({ retries }) => retries), unit: 'count' },
      { label: 'Ejections', value: sum(({ ejections }) => ejections), unit: 'count' },
    ],
    table: serversTable(group.parts, group.name),
    chart: { series: card.id, label: 'requests', unit: 'rate' },
  };
}

const isServing = ({ healthy, state }: ServerDetail): boolean => healthy && !/drain|remov/i.test(state);

function serversTable(parts: readonly SourcePart[], source: string): CardTable {
  const many = parts.length > 1;
  return {
    caption: 'Servers',
    columns: [...(many ? ['Process'] : []), 'Server', 'State', 'Active', 'Requests', 'Errors', 'p99'],
    rows: parts.flatMap(({ process, own, report }) =>
      (report.detail?.servers ?? []).map((server) => {
        const { id, healthy, state, active, requests, errors, p99, responseTime } = server;
        const drained = /drain/i.test(state);
        return {
          cells: [
            ...(many ? [{ text: process }] : []),
            { text: id },
            {
              level: drained ? ('warn' as const) : healthy ? ('ok' as const) : ('bad' as const),
              text: state,
            },
            { value: active, unit: 'count' as const },
            { value: requests, unit: 'count' as const },
            { value: errors, unit: 'count' as const },
            { value: p99 ?? responseTime ?? 0, unit: 'ms' as const },
          ],
          // Servers of another process's balancer are out of reach.
          ...(own &&
            report.detail?.drainable === true && {
              action: { action: drained ? ('restore' as const) : ('drain' as const), source, target: id },
            }),
        };
      }),
    ),
  };
}
