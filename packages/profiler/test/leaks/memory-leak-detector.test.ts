import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { MajorCollections, MemoryLeakDetectorOptions, MemorySource } from '../../src/index.js';
import { MemoryLeakDetector } from '../../src/index.js';

const MB = 1024 * 1024;
const MINUTE = 60_000;

/** Memory as a test says it is. */
class FakeMemory implements MemorySource {
  live = 50 * MB;
  garbage = 20 * MB;
  external = 5 * MB;
  rss = 120 * MB;
  majors = 1;
  running = false;
  rotations = 0;
  read = () => ({
    heapUsed: this.live + this.garbage,
    heapTotal: 100 * MB,
    external: this.external,
    rss: this.rss,
  });
  start = () => void (this.running = true);
  stop = () => void (this.running = false);
  rotate = () => void this.rotations++;
  takeMajors = (): MajorCollections => ({
    count: this.majors,
    liveHeap: this.majors > 0 ? this.live : Infinity,
    external: this.majors > 0 ? this.external : Infinity,
  });
  heapLimit = () => 512 * MB;
  memoryLimit = () => 4_096 * MB;
}

function setUp(options: MemoryLeakDetectorOptions = {}) {
  const clock = new ManualClock();
  const source = new FakeMemory();
  const detector = new MemoryLeakDetector({ clock, source, ...options }).start();
  const verdicts: string[] = [];
  detector.on('verdict', ({ to }) => verdicts.push(to));
  const live = (minutes: number, each: (minute: number) => void = () => undefined) => {
    for (let minute = 0; minute < minutes; minute++) {
      each(minute);
      clock.advanceSync(MINUTE);
    }
  };
  return { clock, source, detector, verdicts, live };
}

describe('verdicts', () => {
  test.each([
    ['the live heap', (source: FakeMemory) => void (source.live += MB), 'live heap'],
    ['external memory', (source: FakeMemory) => void (source.external += MB), 'external memory'],
    ['resident memory', (source: FakeMemory) => void (source.rss += 8 * MB), 'resident memory'],
  ])('%s that grows is a leak', (_name, grow, word) => {
    const { detector, verdicts, source, live } = setUp();
    live(60, () => grow(source));
    expect(verdicts.slice(-2)).toEqual(['suspect', 'leaking']);
    expect(detector.getStats()).toMatchObject({
      verdict: 'leaking',
      evidence: { reason: expect.stringContaining(word) },
    });
  });

  test('garbage that comes and goes, a step, and a cache that filled are none', () => {
    const { verdicts, source, live, detector } = setUp();
    live(90, (minute) => {
      source.garbage = ((minute * 37) % 60) * MB;
      if (minute === 40) source.live += 30 * MB;
      if (minute < 15) source.live += 2 * MB;
    });
    expect(verdicts).not.toContain('leaking');
    expect(detector.getStats().verdict).toBe('healthy');
  });

  test('growth that would take longer than the horizon is none', () => {
    const grow = ({ source, live }: ReturnType<typeof setUp>) =>
      live(120, () => void (source.live += 0.2 * MB));
    const patient = setUp({ horizon: 2 * 3_600_000 });
    grow(patient);
    expect(patient.detector.getStats().verdict).toBe('healthy');
    const strict = setUp({ horizon: Infinity });
    grow(strict);
    expect(strict.detector.getStats().verdict).toBe('leaking');
  });

  test('a leak that was mended is recovered, then healthy', () => {
    const { verdicts, source, live } = setUp();
    live(60, () => void (source.live += MB));
    source.live = 50 * MB;
    live(200);
    expect(verdicts).toEqual(
      ['healthy', 'suspect', 'leaking', 'recovered', 'healthy'].slice(verdicts[0] === 'suspect' ? 1 : 0),
    );
  });

  test('memory that follows the rate of requests is none, where the rate is known', () => {
    const run = (known: boolean) => {
      let served = 0;
      const { source, live, detector } = setUp(known ? { requests: () => served } : {});
      live(60, (minute) => {
        const rate = 1_000 + minute * 200 + (minute % 4) * 900;
        served += rate;
        source.live = 50 * MB + rate * 8 * 1024;
      });
      return detector.getStats();
    };
    expect(run(true).verdict).toBe('healthy');
    expect(run(true).evidence.heap?.explainedByLoad).toBe(true);
    expect(run(false).verdict).toBe('leaking');
  });

  test('a leak that load does not explain is found under load', () => {
    let served = 0;
    const { source, live, detector } = setUp({ requests: () => served });
    live(60, (minute) => {
      const rate = 1_000 + (minute % 7) * 500;
      served += rate;
      source.live = 50 * MB + rate * 2_048 + minute * MB;
    });
    expect(detector.getStats().verdict).toBe('leaking');
  });
});

describe('gates', () => {
  test('nothing is judged, and no baseline taken, before the warm-up', () => {
    const { detector, source, live } = setUp({ warmup: 30 * MINUTE });
    live(29, () => void (source.live += 5 * MB));
    expect(detector.getStats()).toMatchObject({ verdict: 'learning', baseline: null, growth: null });
    live(2);
    expect(detector.getStats().baseline?.heapUsed).toBe(source.live);
  });

  test('too few major collections are inconclusive', () => {
    const { detector, source, live } = setUp();
    source.majors = 0;
    live(60, () => void (source.live += 5 * MB));
    expect(detector.getStats()).toMatchObject({ verdict: 'inconclusive', evidence: { majorGcs: 0 } });
    source.majors = 1;
    live(40, () => void (source.live += 5 * MB));
    expect(detector.getStats().verdict).toBe('leaking');
  });

  test('requests are waited for, where there is a source of them', () => {
    let served = 0;
    const { detector, live } = setUp({ requests: () => served, minRequests: 50 });
    live(30);
    expect(detector.getStats().verdict).toBe('learning');
    served = 50;
    live(12);
    expect(detector.getStats().verdict).toBe('healthy');
  });
});

test('a high heap is told once, and again only after it fell', () => {
  const { detector, source, live } = setUp({ heapThreshold: 100 * MB });
  const told: number[] = [];
  detector.on('highHeap', ({ liveHeap }) => told.push(liveHeap / MB));
  for (const level of [50, 110, 120, 95, 105, 70, 101]) {
    source.live = level * MB;
    live(1);
  }
  expect(told).toEqual([110, 101]);
});

test("getStats has the guide's shape", () => {
  const { detector, source, live } = setUp({ maxSamples: 16 });
  expect(detector.calculateTrend()).toBeNull();
  live(30, () => void (source.live += MB));
  const stats = detector.getStats();
  expect(stats).toMatchObject({
    current: { heapUsed: source.live + source.garbage, heapTotal: 100 * MB },
    growth: { external: 0, rss: 0 },
    trend: { direction: 'increasing', rate: MB },
  });
  expect(stats.samples).toHaveLength(16);
  expect(stats.samples.at(-1)).toMatchObject({
    liveHeap: source.live,
    rss: source.rss,
    external: source.external,
  });
});

test('checkMemory looks at once, without start', () => {
  const detector = new MemoryLeakDetector({ source: new FakeMemory(), clock: new ManualClock() });
  expect(detector.checkMemory()).toMatchObject({ liveHeap: 50 * MB });
  expect(detector.getStats().samples).toHaveLength(1);
});

test('no timer keeps the process alive, and stop leaves none', async () => {
  const { clock, detector, source, live } = setUp({ checkInterval: 120_000 });
  detector.start();
  expect(clock.timers).toBe(2);
  expect(clock.refTimers).toBe(0);
  live(4);
  expect(source.rotations).toBeGreaterThanOrEqual(4);
  await detector.close();
  detector.stop();
  expect(clock.timers).toBe(0);
  expect(source.running).toBe(false);
});

test('growing classes and allocation sites are evidence', () => {
  // A process of its own: Jest's classes live in another context than the one whose heap is asked.
  const fixture = path.join(__dirname, '../fixtures/evidence.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', fixture], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringMatching(/^\{/) });
  const { verdict, evidence } = JSON.parse(stdout);
  expect(verdict).toBe('leaking');
  expect(evidence.growingConstructors[0].name).toBe('Leaked');
  expect(evidence.growingConstructors[0].now).toBeGreaterThan(evidence.growingConstructors[0].before);
  expect(JSON.stringify(evidence.allocationSites)).toContain('evidence.mjs');
});

test('collections are forced only when asked for, before each look, and only where Node can', () => {
  const global = globalThis as { gc?: (() => void) | undefined };
  const { gc } = global;
  let forced = 0;
  try {
    global.gc = undefined;
    expect(() => new MemoryLeakDetector({ forceGc: true })).toThrow(/expose-gc/);
    global.gc = () => void forced++;
    setUp().live(5);
    expect(forced).toBe(0);
    setUp({ forceGc: true }).live(5);
    expect(forced).toBe(5);
  } finally {
    global.gc = gc;
  }
});

test('its metrics name the verdict', () => {
  const { detector } = setUp();
  const [verdicts] = detector.collect();
  expect(verdicts?.samples.find(({ labels }) => labels['verdict'] === 'learning')?.value).toBe(1);
});

test.each([
  [{ checkInterval: 0 }, /checkInterval/],
  [{ minMajorGcs: 2 }, /minMajorGcs/],
  [{ constructors: ['Foo'] }, /constructors/],
])('refuses %j', (options, message) => {
  expect(() => new MemoryLeakDetector(options as unknown as MemoryLeakDetectorOptions)).toThrow(message);
});
