import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '@spark-perf/core';
import { testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import type { Picker } from '../../src/index.js';
import {
  LeastConnectionsPicker,
  RandomPicker,
  ResponseTimePicker,
  RoundRobinPicker,
  SmoothWeightedPicker,
  TwoChoicesPicker,
} from '../../src/index.js';
import { maglevTable } from '../../src/pickers/maglev-picker.js';
import { MaglevPicker } from '../../src/pickers/maglev-picker.js';
import { RendezvousPicker } from '../../src/pickers/rendezvous-picker.js';
import { fakeServers } from './fake-servers.js';

const at = (now = 0) => ({ ctx: undefined, now });

test('round robin takes turns', () => {
  const servers = fakeServers([1, 1, 1]);
  const picker = new RoundRobinPicker();
  expect([0, 1, 2, 3].map(() => picker.pick(servers).id)).toEqual([
    'server-0',
    'server-1',
    'server-2',
    'server-0',
  ]);
});

test('least connections weighs, and spreads ties', () => {
  const servers = fakeServers([1, 2, 1]);
  servers[0]!.activeConnections = 1;
  servers[1]!.activeConnections = 2;
  servers[2]!.activeConnections = 3;
  const picker = new LeastConnectionsPicker();
  expect(picker.pick(servers).id).toBe('server-1');
  for (const server of servers) server.activeConnections = 0;
  const equal = fakeServers([1, 1, 1]);
  expect(new Set([0, 1, 2].map(() => picker.pick(equal).id)).size).toBe(3);
});

describe('smooth weighted round robin', () => {
  test('spreads 5:1:1 as nginx does', () => {
    const servers = fakeServers([5, 1, 1]);
    const picker = new SmoothWeightedPicker();
    const picks = Array.from({ length: 7 }, () => picker.pick(servers).id.at(-1)).join('');
    expect(picks).toBe('0010200');
  });

  test.each([[[5, 1, 1]], [[100, 50, 25, 1]]])('%j: exact per cycle, never a request off', (weights) => {
    const servers = fakeServers(weights);
    const picker = new SmoothWeightedPicker();
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const served = new Map(servers.map((server) => [server, 0]));
    for (let k = 1; k <= 3 * total; k++) {
      const server = picker.pick(servers) as (typeof servers)[number];
      served.set(server, served.get(server)! + 1);
      for (const [one, count] of served) expect(Math.abs(count - (k * one.weight) / total)).toBeLessThan(1);
    }
    for (const [one, count] of served) expect(count).toBe(3 * one.weight);
  });

  test('is exact per cycle for any weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const servers = fakeServers(weights);
        const picker = new SmoothWeightedPicker();
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const served = new Map<string, number>();
        for (let k = 0; k < total; k++) {
          const { id } = picker.pick(servers);
          served.set(id, (served.get(id) ?? 0) + 1);
        }
        expect(servers.map(({ id }) => served.get(id))).toEqual(weights);
      }),
      { seed: testSeed() },
    );
  });

  test('keeps the credit of those who stay when one leaves', () => {
    const [a, b, c] = fakeServers([1, 1, 1]);
    const picker = new SmoothWeightedPicker();
    expect(picker.pick([a!, b!, c!])).toBe(a);
    expect(picker.pick([a!, b!])).toBe(b);
  });
});

describe('response time', () => {
  test('never herds to the fastest: requests under way count', () => {
    const servers = fakeServers([1, 1]);
    servers[0]!.latency.observe(0, 10);
    servers[1]!.latency.observe(0, 15);
    const picker = new ResponseTimePicker(seededRandom(1));
    expect(picker.pick(servers, at()).id).toBe('server-0');
    servers[0]!.activeConnections = 1;
    expect(picker.pick(servers, at()).id).toBe('server-1');
  });

  test('sends one request, not all, to a server it knows nothing of', () => {
    const servers = fakeServers([1, 1]);
    servers[0]!.latency.observe(0, 10);
    const picker = new ResponseTimePicker(seededRandom(1));
    expect(picker.pick(servers, at()).id).toBe('server-1');
    servers[1]!.activeConnections = 1;
    expect(picker.pick(servers, at()).id).toBe('server-0');
  });

  test('chooses the better of two among many', () => {
    const servers = fakeServers(Array.from({ length: 40 }, () => 1));
    for (const server of servers) server.latency.observe(0, 10);
    servers[7]!.latency.observe(0, 10_000);
    const picker = new ResponseTimePicker(seededRandom(3));
    for (let i = 0; i < 500; i++) expect(picker.pick(servers, at()).id).not.toBe('server-7');
  });
});

test.each<[string, Picker]>([
  ['random', new RandomPicker(seededRandom(5))],
  ['two choices', new TwoChoicesPicker(seededRandom(5))],
])('%s reaches everybody', (_name, picker) => {
  const servers = fakeServers([1, 1, 1, 1]);
  const seen = new Set(Array.from({ length: 200 }, () => picker.pick(servers, at()).id));
  expect(seen.size).toBe(4);
});

test('random goes by weight', () => {
  const servers = fakeServers([3, 1]);
  const picker = new RandomPicker(seededRandom(11));
  let first = 0;
  for (let i = 0; i < 10_000; i++) if (picker.pick(servers).id === 'server-0') first++;
  expect(first / 10_000).toBeCloseTo(0.75, 1);
});

describe('hashing', () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `client-${i}`);

  test('rendezvous: when one of ten leaves, only its keys move', () => {
    const servers = fakeServers(Array.from({ length: 10 }, () => 1));
    const picker = new RendezvousPicker();
    const before = keys.map((key) => picker.pickKey(servers, key));
    const rest = servers.filter((_, i) => i !== 3);
    const moved = keys.filter(
      (key, i) => before[i] !== servers[3] && picker.pickKey(rest, key) !== before[i],
    );
    expect(moved).toEqual([]);
  });

  test('rendezvous goes by weight', () => {
    const servers = fakeServers([3, 1]);
    const picker = new RendezvousPicker();
    const share = keys.filter((key) => picker.pickKey(servers, key) === servers[0]).length / keys.length;
    expect(share).toBeGreaterThan(0.73);
    expect(share).toBeLessThan(0.77);
  });

  test.each([10, 100, 500])('maglev: %i servers share the table within 1 %%', (count) => {
    const table = maglevTable(fakeServers(Array.from({ length: count }, () => 1)));
    const slots = new Array<number>(count).fill(0);
    for (const server of table) slots[server]!++;
    const mean = table.length / count;
    for (const own of slots) expect(Math.abs(own - mean) / mean).toBeLessThanOrEqual(0.01);
  });

  test('maglev moves few keys, and shares by weight', () => {
    const servers = fakeServers(Array.from({ length: 100 }, () => 1));
    const picker = new MaglevPicker();
    const before = keys.map((key) => picker.pickKey(servers, key));
    const rest = servers.filter((_, i) => i !== 3);
    const moved = keys.filter(
      (key, i) => before[i] !== servers[3] && picker.pickKey(rest, key) !== before[i],
    );
    expect(moved.length / keys.length).toBeLessThan(0.03);
    const table = maglevTable(fakeServers([3, 1]));
    expect(table.filter((server) => server === 0).length / table.length).toBeCloseTo(0.75, 2);
  });

  test.each([
    ['rendezvous', new RendezvousPicker()],
    ['maglev', new MaglevPicker()],
  ])('%s: a hot key spills over at 1.25 times the fair share', (_name, picker) => {
    const servers = fakeServers([1, 1, 1, 1]);
    for (let i = 0; i < 100; i++) {
      const picked = picker.pickKey(servers, 'hot') as (typeof servers)[number];
      picked.activeConnections++;
    }
    expect(Math.max(...servers.map((server) => server.activeConnections))).toBeLessThanOrEqual(32);
  });
});
