import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

/** Connections in use, free and waited for. */
export function poolCard(group: SourceGroup, { rates, points }: PanelInput): Card {
  const { figures } = group;
  const card = blankCard(group, 'Pool');
  const borrowed = figures.total('spark_pool_connections', { state: 'borrowed' });
  const idle = figures.total('spark_pool_connections', { state: 'idle' });
  const creating = figures.total('spark_pool_connections', { state: 'creating' });
  const limit = figures.total('spark_pool_connections_limit');
  const waiting = figures.total('spark_pool_waiters');
  const rate = (name: string): number =>
    rates.rate(`${card.id}/${name}`, figures.total(`spark_pool_${name}`));
  const borrows = rate('borrowed');
  const timeouts = rate('timeouts');
  const broken = figures.most('spark_pool_breaker_open') > 0;
  points[card.id] = borrowed;
  return {
    ...card,
    status: broken
      ? { level: 'bad', text: 'Cannot connect' }
      : timeouts > 0
        ? { level: 'bad', text: 'Callers wait in vain' }
        : waiting > 0
          ? { level: 'warn', text: 'Callers wait' }
          : { level: 'ok', text: 'OK' },
    figures: [
      { label: 'Waiting', value: waiting, unit: 'count' },
      { label: 'Borrows', value: borrows, unit: 'rate' },
      {
        label: 'Wait p99',
        value: figures.most('spark_pool_wait_seconds', { quantile: '0.99' }) * 1_000,
        unit: 'ms',
      },
      { label: 'Failures', value: figures.total('spark_pool_failures'), unit: 'count' },
    ],
    bars: [
      {
        label: 'Connections',
        parts: [
          { label: 'used', value: borrowed, tone: 'use' },
          { label: 'idle', value: idle, tone: 'good' },
          { label: 'unused', value: Math.max(0, limit - borrowed - idle - creating), tone: 'free' },
        ],
      },
    ],
    chart: { series: card.id, label: 'used', unit: 'count' },
  };
}
