import { expect, test } from '@jest/globals';
import type { Card, CardTable } from '../../src/snapshot/card.js';
import { History } from '../../src/snapshot/history.js';
import { cardView } from '../../src/view/card-view.js';

const TABLE: CardTable = {
  caption: 'Servers',
  columns: ['Server', 'State', 'Requests'],
  rows: [
    {
      cells: [{ text: 'api-1' }, { level: 'ok', text: 'healthy' }, { value: 12, unit: 'count' }],
      action: { action: 'drain', source: 'balancer', target: 'api-1' },
    },
    { cells: [{ text: 'api-2' }, { level: 'warn', text: 'drained' }, { value: 3, unit: 'count' }] },
  ],
};

function shown(card: Partial<Card>, actions = true): string {
  const whole: Card = {
    ...{ id: 'a/b', kind: 'a', title: 'A', status: { level: 'ok', text: 'OK' } },
    ...{ figures: [], bars: [], table: null, chart: null },
    ...card,
  };
  const sorting = { key: 'share', descending: true } as const;
  const state = {
    history: new History(),
    sorting,
    token: 't0ken',
    canLogOut: false,
    actions,
    maxSeconds: 60,
  };
  return cardView(whole, state).text.replace(/\s+/g, ' ');
}

test('the first cell of a row is its header; words begin at the left, numbers do not', () => {
  const text = shown({ table: TABLE });
  expect(text).toContain('<th scope="row">api-1</th><td class="words">');
  expect(text).toContain('<td>12</td>');
  expect(text).toContain('<th scope="col" class="words">State</th><th scope="col" >Requests</th>');
});

test('only rows that something can be done to have a button, and only where actions are on', () => {
  const text = shown({ table: TABLE });
  expect(text).toContain('<th scope="col">Action</th>');
  expect(text.match(/action="api\/actions\/drain"/g)).toHaveLength(1);
  expect(text).toMatch(
    /name="token" value="t0ken".*name="source" value="balancer".*name="target" value="api-1"/,
  );
  expect(text).toContain('It gets no new requests.');
  expect(shown({ table: TABLE }, false)).not.toMatch(/Action|api\/actions/);
});

test('only a table of more than three columns makes its card wide', () => {
  expect(shown({ table: TABLE })).toContain('class="card "');
  const rows = TABLE.rows.map(({ cells }) => ({ cells: [...cells, { value: 5, unit: 'ms' as const }] }));
  const wide = { ...TABLE, columns: [...TABLE.columns, 'p99'], rows };
  expect(shown({ table: wide })).toContain('class="card wide"');
});

test('the parts of a bar stand side by side, without those that are nothing', () => {
  const parts = [
    { label: 'hits', value: 75, tone: 'good' as const },
    { label: 'none', value: 0, tone: 'bad' as const },
    { label: 'misses', value: 25, tone: 'free' as const },
  ];
  const text = shown({ bars: [{ label: 'L1', parts, ratio: 0.75 }] });
  expect(
    [...text.matchAll(/<rect class="(\w+)" x="([\d.]+)" width="([\d.]+)"/g)].map((m) => m.slice(1)),
  ).toEqual([
    ['good', '0.00', '75.00'],
    ['free', '75.00', '25.00'],
  ]);
  expect(text).toContain('<b>L1 75.0 %</b>');
  const none = parts.map((part) => ({ ...part, value: 0 }));
  expect(shown({ bars: [{ label: 'L1', parts: none }] })).not.toContain('<rect');
});
