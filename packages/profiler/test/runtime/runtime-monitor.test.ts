import { describe, expect, jest, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RuntimeMonitor } from '../../src/index.js';
import { GcPauses } from '../../src/runtime/gc-pauses.js';

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('event-loop delay', () => {
  test('half a second of standstill shows in the percentiles, not as one sample in fifty', () => {
    const clock = new ManualClock();
    const monitor = new RuntimeMonitor({ clock, resolution: 20, interval: 600_000 }).start();
    clock.advanceSync(500);
    clock.stepNow(500);
    clock.advanceSync(1);
    const { delay } = monitor.getStats();
    monitor.stop();
    expect(delay.max).toBeGreaterThanOrEqual(480);
    // 25 samples without delay and 25 from 20 to 500: the 90th percentile is about 400.
    expect(delay.p90).toBeGreaterThan(380);
    expect(delay.p90).toBeLessThan(420);
    expect(delay.min).toBe(0);
  });

  test('an idle loop has none: the pause between samples is not part of it', () => {
    const clock = new ManualClock();
    const monitor = new RuntimeMonitor({ clock, resolution: 20 }).start();
    clock.advanceSync(5_000);
    expect(monitor.getStats().delay).toMatchObject({ count: 250, max: 0, mean: 0, p99: 0 });
    monitor.stop();
  });

  test('is that of the last interval', () => {
    const clock = new ManualClock();
    const monitor = new RuntimeMonitor({ clock, interval: 1_000, resolution: 20 }).start();
    clock.stepNow(300);
    clock.advanceSync(1_000);
    expect(monitor.getStats().delay.max).toBeGreaterThan(250);
    clock.advanceSync(2_000);
    expect(monitor.getStats().delay.max).toBe(0);
    monitor.stop();
  });

  test('a real block of the loop is seen', async () => {
    const monitor = new RuntimeMonitor({ interval: 600_000 }).start();
    await waitFor(() => monitor.getStats().delay.count > 0);
    const until = performance.now() + 200;
    while (performance.now() < until);
    await waitFor(() => monitor.getStats().delay.max > 100);
    monitor.stop();
  });
});

describe('collections', () => {
  test('all that the observer hands over are counted, by kind', () => {
    const gc = new GcPauses();
    const entries = [4, 1, 1, 1, 8, 16].map((kind, i) => ({ duration: i === 0 ? 50 : 1, detail: { kind } }));
    gc.take([...entries, { duration: 1, detail: { kind: 99 } }]);
    expect(gc.report()).toMatchObject({
      major: { count: 1, total: 50, max: 50, buckets: [0, 1, 0, 0, 0] },
      minor: { count: 3, buckets: [3, 0, 0, 0, 0] },
      incremental: { count: 1 },
      weakcb: { count: 1 },
    });
  });

  test('injected ones are seen', async () => {
    const monitor = new RuntimeMonitor().start();
    for (let i = 0; i < 10; i++) collectGarbage();
    await waitFor(() => monitor.getStats().gc.major.count >= 10);
    monitor.stop();
    collectGarbage();
    const { count } = monitor.getStats().gc.major;
    expect(count).toBeGreaterThanOrEqual(10);
    expect(monitor.getStats().gc.major.count).toBe(count);
  });
});

test('the cores in use are CPU time by time passed: of the last interval, or of what there is of the first', () => {
  const used = { user: 7_000_000, system: 2_000_000 };
  const asked = jest.spyOn(process, 'cpuUsage').mockImplementation(() => ({ ...used }));
  const clock = new ManualClock();
  const monitor = new RuntimeMonitor({ clock, interval: 1_000 });
  const cores = () => monitor.getStats().cpu.cores;
  const work = (user: number, system: number, time: number) => {
    used.user += user * 1_000;
    used.system += system * 1_000;
    clock.advanceSync(time);
  };
  try {
    monitor.start();
    expect(cores()).toBe(0);
    work(300, 0, 500);
    expect(cores()).toBe(0.6);
    work(0, 200, 500);
    expect(monitor.getStats().cpu).toEqual({ user: 7_300, system: 2_200, cores: 0.5 });
    work(100, 0, 500);
    expect(cores()).toBe(0.5);
    work(0, 1_500, 500);
    expect(cores()).toBe(1.6);
  } finally {
    monitor.stop();
    asked.mockRestore();
  }
});

test('timers never hold the process, and stop leaves none', async () => {
  const clock = new ManualClock();
  const monitor = new RuntimeMonitor({ clock });
  expect(clock.timers).toBe(0);
  monitor.start().start();
  expect([clock.timers, clock.refTimers]).toEqual([2, 0]);
  await monitor.close();
  expect(clock.timers).toBe(0);
});

test('tells memory, handles, utilisation and CPU', () => {
  const stats = new RuntimeMonitor().getStats();
  expect(stats.heap.used).toBeLessThan(stats.heap.limit);
  expect(stats.heapSpaces.map(({ name }) => name)).toContain('old_space');
  expect(stats.rss).toBeGreaterThan(stats.heap.used);
  expect(stats.utilization).toBeGreaterThanOrEqual(0);
  expect(stats.utilization).toBeLessThanOrEqual(1);
  expect(stats.cpu.user).toBeGreaterThan(0);
});

test.each([[{ resolution: 1 }], [{ interval: 0 }], [{ every: 5 }]])('refuses %j', (options) => {
  expect(() => new RuntimeMonitor(options as object)).toThrow(/SPARK_INVALID_OPTION|must be/);
});
