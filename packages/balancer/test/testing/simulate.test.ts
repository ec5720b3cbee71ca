import { describe, expect, test } from '@jest/globals';
import type { Random } from '@spark-perf/core';
import type { Picker } from '../../src/index.js';
import {
  LeastConnectionsPicker,
  RandomPicker,
  ResponseTimePicker,
  RoundRobinPicker,
  TwoChoicesPicker,
} from '../../src/index.js';
import { simulate } from '../../src/testing/index.js';

// Ten servers of four slots, 10 ms on average: with one of them ten times slower at 70 % load, or all equal at 90 %.
const run = (picker: (random: Random) => Picker, balancers: number, slow: boolean) =>
  simulate({
    pickers: Array.from({ length: balancers }, () => picker),
    servers: 10,
    slots: 4,
    service: (index) => (slow && index === 0 ? 100 : 10),
    rate: (slow ? 0.7 : 0.9) * 4,
    requests: 60_000,
    seed: 1,
  });

const leastConnections = () => new LeastConnectionsPicker();
const responseTime = (random: Random) => new ResponseTimePicker(random);
const twoByTime = (random: Random) => new ResponseTimePicker(random, 0);

describe('p99 within 15 % of the published simulation', () => {
  test.each([
    ['least-connections, slow server, 1 balancer', leastConnections, 1, true, 61],
    ['least-connections, slow server, 8 balancers', leastConnections, 8, true, 129],
    ['least-connections, equal servers, 1 balancer', leastConnections, 1, false, 49],
    ['least-connections, equal servers, 8 balancers', leastConnections, 8, false, 52],
    ['two choices by EWMA, slow server, 1 balancer', twoByTime, 1, true, 49],
    ['two choices by EWMA, slow server, 8 balancers', twoByTime, 8, true, 50],
    ['two choices by EWMA, equal servers, 1 balancer', twoByTime, 1, false, 51],
    ['two choices by EWMA, equal servers, 8 balancers', twoByTime, 8, false, 55],
    ['response-time, slow server, 1 balancer', responseTime, 1, true, 47],
    ['response-time, slow server, 8 balancers', responseTime, 8, true, 47],
    ['response-time, equal servers, 1 balancer', responseTime, 1, false, 50],
    ['response-time, equal servers, 8 balancers', responseTime, 8, false, 50],
  ])('%s', (_name, picker, balancers, slow, expected) => {
    const { p99 } = run(picker, balancers, slow);
    expect(p99).toBeGreaterThan(expected * 0.85);
    expect(p99).toBeLessThan(expected * 1.15);
  });
});

test.each([
  ['random', (random: Random) => new RandomPicker(random)],
  ['round robin', () => new RoundRobinPicker()],
])('%s overloads a slow server: its backlog grows without end', (_name, picker) => {
  const { backlog } = run(picker, 1, true);
  // Its tenth of the requests comes seven times faster than it can serve.
  expect(backlog).toBeGreaterThan(4_000);
});

test('two choices meet the closed form of the supermarket model within 2 %', () => {
  const lambda = 0.9;
  const { mean } = simulate({
    pickers: [(random) => new TwoChoicesPicker(random)],
    servers: 500,
    slots: 1,
    service: () => 1,
    rate: lambda * 500,
    requests: 600_000,
    seed: 2,
  });
  // M. Mitzenmacher: Σ λ^((d^i − d) / (d − 1)), d = 2.
  let expected = 0;
  for (let i = 1; i < 12; i++) expected += lambda ** (2 ** i - 2);
  expect(Math.abs(mean - expected) / expected).toBeLessThan(0.02);
});
