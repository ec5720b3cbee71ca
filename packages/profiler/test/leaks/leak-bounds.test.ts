import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import type { MemoryLeakDetectorOptions, MemorySource } from '../../src/index.js';
import { MEMORY_LEAK_DETECTOR_DEFAULTS, MemoryLeakDetector } from '../../src/index.js';
import { isSampling } from './is-sampling.js';

const MB = 1024 * 1024;
const MINUTE = 60_000;

/** Heap, external and resident memory that rise by so much a minute; every minute has a major collection. */
function growing(by: { heap?: number; external?: number; rss?: number }, options: MemoryLeakDetectorOptions) {
  const memory = { heap: 50 * MB, external: 5 * MB, rss: 120 * MB };
  const source: MemorySource = {
    read: () => ({ heapUsed: memory.heap, heapTotal: 200 * MB, external: memory.external, rss: memory.rss }),
    start: () => undefined,
    stop: () => undefined,
    rotate: () => undefined,
    takeMajors: () => ({ count: 1, liveHeap: memory.heap, external: memory.external }),
    heapLimit: () => 4_096 * MB,
    memoryLimit: () => 16_384 * MB,
  };
  const clock = new ManualClock();
  const detector = new MemoryLeakDetector({ clock, source, horizon: Infinity, ...options }).start();
  const live = (minutes: number, grows: boolean) => {
    for (let minute = 0; minute < minutes; minute++) {
      if (grows) for (const name of ['heap', 'external', 'rss'] as const) memory[name] += by[name] ?? 0;
      clock.advanceSync(MINUTE);
    }
  };
  return { detector, live };
}

test('the defaults are those of the documents', () => {
  expect(MEMORY_LEAK_DETECTOR_DEFAULTS).toMatchObject({
    ...{ checkInterval: MINUTE, heapThreshold: 100 * MB, growthThreshold: 10 * MB, warmup: 5 * MINUTE },
    ...{ externalGrowthThreshold: 5 * MB, rssGrowthThreshold: 64 * MB, pendingFor: 10 * MINUTE },
    ...{ minMajorGcs: 10, maxSamples: 120, horizon: 7 * 24 * 60 * MINUTE, forceGc: false },
  });
});

describe('growth below its threshold is no leak', () => {
  test.each<[string, object, MemoryLeakDetectorOptions]>([
    ['growthThreshold', { heap: MB }, { growthThreshold: 1_000 * MB }],
    ['externalGrowthThreshold', { external: MB }, { externalGrowthThreshold: 1_000 * MB }],
    ['rssGrowthThreshold', { rss: 4 * MB }, { rssGrowthThreshold: 4_000 * MB }],
  ])('%s', (_name, by, options) => {
    const strict = growing(by, {});
    strict.live(60, true);
    expect(strict.detector.getStats().verdict).toBe('leaking');
    const patient = growing(by, options);
    patient.live(60, true);
    expect(patient.detector.getStats().verdict).toBe('healthy');
  });
});

test('growth must last for pendingFor', () => {
  const { detector, live } = growing({ heap: MB }, { pendingFor: 120 * MINUTE });
  live(100, true);
  expect(detector.getStats().verdict).toBe('suspect');
  live(60, true);
  expect(detector.getStats().verdict).toBe('leaking');
});

test('an alarm takes twice minMajorGcs', () => {
  const { detector, live } = growing({ heap: 2 * MB }, { minMajorGcs: 30, pendingFor: 0 });
  live(60, true);
  expect(detector.getStats().verdict).toBe('suspect');
  live(10, true);
  expect(detector.getStats().verdict).toBe('leaking');
});

test('leak and recovered are events and log lines, each once; an unsubscribed listener hears nothing', () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const logger = { info: log, warn: log, error: log };
  const { detector, live } = growing({ heap: MB }, { logger, maxSamples: 30 });
  const heard: string[] = [];
  detector.on('leak', ({ from, evidence }) => heard.push(`leak from ${from}: ${evidence.heap?.growing}`));
  detector.on('recovered', ({ from }) => heard.push(`recovered from ${from}`));
  detector.on('leak', () => heard.push('unsubscribed'))();
  live(60, true);
  live(80, false);
  expect(heard).toEqual(['leak from suspect: true', 'recovered from leaking']);
  expect(lines.map((line) => line.split(':')[0])).toEqual(
    expect.arrayContaining(['MEMORY SUSPECT', 'MEMORY LEAKING', 'MEMORY RECOVERED']),
  );
  expect(lines.filter((line) => line.startsWith('MEMORY LEAKING'))).toHaveLength(1);
});

test('allocations are sampled while a leak is suspected or found, and only then', () => {
  const { detector, live } = growing({ heap: MB }, { allocationSites: true, maxSamples: 30 });
  const sampled: Record<string, boolean> = {};
  detector.on('verdict', ({ to }) => (sampled[to] = isSampling()));
  live(20, false);
  live(60, true);
  live(80, false);
  detector.stop();
  expect(sampled).toEqual({ healthy: false, suspect: true, leaking: true, recovered: false });
  expect(isSampling()).toBe(false);
});
