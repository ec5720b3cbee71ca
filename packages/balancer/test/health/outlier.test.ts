import { describe, expect, test } from '@jest/globals';
import { Emitter, seededRandom } from '@spark-perf/core';
import { ManualClock } from '@spark-perf/core/testing';
import type { LoadBalancerEvents, OutlierOptions } from '../../src/index.js';
import { RoundRobinPicker } from '../../src/index.js';
import { HealthMonitor } from '../../src/health/health-monitor.js';
import { OutlierDetector } from '../../src/health/outlier-detector.js';
import type { Outcome } from '../../src/health/outlier-detector.js';
import { resolveOutlierOptions } from '../../src/health/outlier-options.js';
import { slowStartShare } from '../../src/health/slow-start.js';
import { successRateOutliers } from '../../src/health/success-rate.js';
import { ServerList } from '../../src/servers/server-list.js';
import { resolveServerOptions } from '../../src/servers/server-options.js';
import { UpstreamServer } from '../../src/servers/upstream-server.js';

function rig(count: number, options: OutlierOptions = {}, maxEjectionRatio = 0.5) {
  const clock = new ManualClock();
  const events = new Emitter<LoadBalancerEvents>();
  const panics: number[] = [];
  const list = new ServerList(
    new RoundRobinPicker(),
    undefined,
    (servers) => panics.push(servers),
    () => {},
  );
  const monitor = new HealthMonitor(
    { clock, random: seededRandom(1), outlier: resolveOutlierOptions(options), maxEjectionRatio },
    list,
    events,
    () => {},
  );
  const servers = Array.from({ length: count }, (_, i) => {
    const transport = { dispatch: () => {}, destroy: () => {} };
    const server = new UpstreamServer(
      resolveServerOptions({ id: `s${i}`, url: `http://s${i}` }),
      transport,
      { window: 10_000, aggression: 1, minWeight: 0.1 },
      () => clock.now(),
    );
    list.add(server);
    return server;
  });
  const fail = (server: UpstreamServer, times = 5, outcome: Outcome = 'gateway') => {
    for (let i = 0; i < times; i++) monitor.record(server, outcome);
  };
  return { clock, events, list, monitor, servers, panics, fail };
}

describe('rows of failures', () => {
  const rows: [Outcome[], string | undefined][] = [
    [['5xx', '5xx', '5xx', '5xx', '5xx'], 'consecutive-5xx'],
    [['gateway', 'gateway', 'gateway', 'gateway', 'gateway'], 'gateway-failures'],
    [['timeout', 'timeout', 'timeout', 'timeout', 'timeout'], 'timeouts'],
    [['5xx', 'gateway', '5xx', 'gateway', '5xx'], 'consecutive-5xx'],
    [['5xx', '5xx', 'ok', '5xx', '5xx', '5xx', '5xx'], undefined],
  ];
  test.each(rows)('%j → %s', (outcomes, expected) => {
    const detector = new OutlierDetector(resolveOutlierOptions(undefined));
    const verdicts = outcomes.map((outcome) => detector.record(outcome));
    expect(verdicts.at(-1)).toBe(expected);
    expect(verdicts.slice(0, -1).every((verdict) => verdict === undefined)).toBe(true);
  });
});

test('success rates: far below the mean is out, a few requests say nothing', () => {
  const options = resolveOutlierOptions(undefined);
  const figures = [99, 100, 98, 99, 100, 40].map((good, server) => ({ server, total: 100, good }));
  expect(successRateOutliers(figures, options)).toEqual([5]);
  expect(
    successRateOutliers(
      figures.map((one) => ({ ...one, total: 99, good: one.good / 2 })),
      options,
    ),
  ).toEqual([]);
  expect(successRateOutliers(figures.slice(2), options)).toEqual([]);
});

describe('ejection', () => {
  test('of five in a row, for 30 s, growing; a probe decides', () => {
    const { clock, list, monitor, servers, fail } = rig(3);
    const [a] = servers;
    fail(a!);
    expect(a!.state).toMatchObject({ kind: 'ejected', until: 30_000, reason: 'gateway-failures' });
    expect(list.candidates(clock.now()).servers).not.toContain(a);
    clock.advanceSync(30_000);
    expect(list.candidates(clock.now()).servers).toContain(a);
    // One request finds out; nobody else is sent there meanwhile.
    monitor.apply(a!, { kind: 'trial' });
    expect(list.candidates(clock.now()).servers).not.toContain(a);
    monitor.record(a!, 'gateway');
    expect(a!.state).toMatchObject({ kind: 'ejected', until: 90_000 });
    clock.advanceSync(60_000);
    list.candidates(clock.now());
    monitor.apply(a!, { kind: 'trial' });
    monitor.record(a!, 'ok');
    expect(a!.healthy).toBe(true);
    expect(a!.counters.ejections).toBe(2);
  });

  test('is longer each time, at most the longest, and forgiven by one for every ten base times without', () => {
    const { clock, monitor, servers } = rig(3, { baseEjectionTime: 1_000, maxEjectionTime: 4_000 });
    const a = servers[0]!;
    const duration = (pause: number): number => {
      clock.advanceSync(pause);
      monitor.eject(a, 'timeouts');
      const { state } = a;
      const time = state.kind === 'ejected' ? state.until - clock.now() : NaN;
      clock.advanceSync(time);
      monitor.recover(a);
      return time;
    };
    expect([0, 100, 9_999, 0, 0].map(duration)).toEqual([1_000, 2_000, 3_000, 4_000, 4_000]);
    // Five in a row by now: less two, and the next.
    expect(duration(29_999)).toBe(4_000);
    expect([30_000, 40_000, 1_000_000].map(duration)).toEqual([2_000, 1_000, 1_000]);
  });

  test('of half the servers at most, but always of one', () => {
    const four = rig(4);
    for (const server of four.servers) four.fail(server, 20);
    expect(four.servers.filter(({ healthy }) => !healthy)).toHaveLength(2);
    const none = rig(3, {}, 0);
    for (const server of none.servers) none.fail(server, 20);
    expect(none.servers.filter(({ healthy }) => !healthy)).toHaveLength(1);
  });

  test('by a check is not bounded; when nobody is left all serve, and it is told once', () => {
    const { clock, list, monitor, servers, panics } = rig(3);
    for (const server of servers) monitor.eject(server, 'check');
    expect(list.candidates(clock.now())).toMatchObject({ panic: true, servers });
    list.changed();
    list.candidates(clock.now());
    expect(panics).toEqual([3]);
    monitor.recover(servers[1]!);
    expect(list.candidates(clock.now())).toMatchObject({ panic: false, servers: [servers[1]] });
  });

  test('by success rate, at the interval', () => {
    const { clock, servers, monitor } = rig(6, { consecutive5xx: 0, interval: 1_000 });
    for (const server of servers)
      for (let i = 0; i < 120; i++)
        monitor.record(server, server === servers[2] && i % 2 === 0 ? '5xx' : 'ok');
    clock.advanceSync(1_000);
    expect(servers.map(({ healthy }) => healthy)).toEqual([true, true, false, true, true, true]);
  });
});

test('a server that recovers starts slowly', () => {
  const { clock, monitor, servers } = rig(2);
  const [a] = servers;
  expect(a!.weight).toBe(1);
  monitor.eject(a!, 'check');
  monitor.recover(a!);
  expect(a!.weight).toBe(0.1);
  clock.advanceSync(5_000);
  expect(a!.weight).toBeCloseTo(0.5);
  clock.advanceSync(5_000);
  expect(a!.weight).toBe(1);
  expect(slowStartShare({ window: 100, aggression: 2, minWeight: 0.1 }, 25)).toBeCloseTo(0.5);
});
