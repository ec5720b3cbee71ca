import { expect, test } from '@jest/globals';
import { balancerCard } from '../../src/panels/balancer-card.js';
import type { ServerDetail } from '../../src/report/source-detail.js';
import { groupOf, panelInput } from '../support/panel-group.js';

const server = (id: string, more: Partial<ServerDetail> = {}): ServerDetail => ({
  ...{ id, healthy: true, state: 'healthy', requests: 10, errors: 1, active: 2, retries: 3, ejections: 4 },
  ...{ p99: 7, responseTime: 5 },
  ...more,
});

test.each([
  ['all serve', [server('a'), server('b')], 'ok', '2 serving'],
  ['one drains', [server('a'), server('b', { state: 'draining' })], 'warn', '1 of 2 serving'],
  ['one is removed', [server('a'), server('b', { state: 'removing' })], 'warn', '1 of 2 serving'],
  ['one is ill', [server('a'), server('b', { healthy: false })], 'warn', '1 of 2 serving'],
  ['none serves', [server('a', { healthy: false })], 'bad', '0 of 1 serving'],
] as const)('%s', (_, servers, level, text) => {
  expect(balancerCard(groupOf('balancer', { detail: { servers } }), panelInput()).status).toEqual({
    level,
    text,
  });
});

test('sums up its servers, and tells the rate of their requests', () => {
  const input = panelInput();
  const card = (requests: number) =>
    balancerCard(
      groupOf('balancer', { detail: { servers: [server('a', { requests }), server('b')] } }),
      input,
    );
  card(10);
  input.at(1_000);
  expect(card(30).figures).toEqual([
    { label: 'Requests', value: 20, unit: 'rate' },
    { label: 'In flight', value: 4, unit: 'count' },
    { label: 'Retries', value: 6, unit: 'count' },
    { label: 'Ejections', value: 8, unit: 'count' },
  ]);
  expect(input.points).toEqual({ 'balancer/balancer': 20 });
});

test('offers to drain or restore what this process can reach, and names processes where there are several', () => {
  const own = { servers: [server('a'), server('b', { state: 'drained', p99: undefined })], drainable: true };
  const far = { servers: [server('c', { healthy: false, state: 'unhealthy' })], drainable: true };
  const { table } = balancerCard(groupOf('balancer', { detail: own }, { detail: far }), panelInput());
  expect(table?.columns[0]).toBe('Process');
  expect(table?.rows.map(({ action }) => action)).toEqual([
    { action: 'drain', source: 'balancer', target: 'a' },
    { action: 'restore', source: 'balancer', target: 'b' },
    undefined,
  ]);
  const levels = table?.rows.map(({ cells }) => cells.flatMap((cell) => ('level' in cell ? cell.level : [])));
  expect(levels).toEqual([['ok'], ['warn'], ['bad']]);
  expect(table?.rows.map(({ cells }) => cells.at(-1))).toEqual(
    [7, 5, 7].map((value) => ({ value, unit: 'ms' })),
  );
  const alone = balancerCard(groupOf('balancer', { detail: { ...own, drainable: false } }), panelInput());
  expect(alone.table?.columns[0]).toBe('Server');
  expect(alone.table?.rows.every(({ action }) => action === undefined)).toBe(true);
});
