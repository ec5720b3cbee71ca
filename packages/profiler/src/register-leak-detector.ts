import { numberOption, optionsObject } from '@spark-perf/core';
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { MemoryLeakDetector } from './leaks/memory-leak-detector.js';
import type { MemoryLeakDetectorOptions } from './leaks/options.js';
import { scaledClock } from './scaled-clock.js';

/** `-r` and `--import` may both name us, as two copies of the package: one detector per process. */
const REGISTERED = Symbol.for('@spark-perf/profiler/register@1');

/**
 * Runs a detector in this process and writes each change of its verdict, and the verdict at exit, as one line of JSON
 * to stderr. Options come from the environment: `PROFILER_LEAK_OPTIONS` holds them as JSON, `PROFILER_TIME_SCALE`
 * lets its clock run faster. Nothing keeps the process alive.
 *
 * @throws InvalidOptionError
 */
export function registerLeakDetector(env: NodeJS.ProcessEnv): void {
  const registry = process as typeof process & { [REGISTERED]?: true };
  if (registry[REGISTERED] === true || !isMainThread) return;
  registry[REGISTERED] = true;
  const scale = numberOption('PROFILER_TIME_SCALE', numberFrom(env['PROFILER_TIME_SCALE']), 1, {
    min: 1,
    max: 1e6,
  });
  const detector = new MemoryLeakDetector({
    ...optionsFrom(env['PROFILER_LEAK_OPTIONS']),
    ...(scale === 1 ? {} : { clock: scaledClock(scale) }),
  });
  detector.on('verdict', () => writeVerdict(detector, 'change'));
  process.once('exit', () => {
    writeVerdict(detector, 'exit');
    detector.stop();
  });
  detector.start();
}

function writeVerdict(detector: MemoryLeakDetector, at: 'change' | 'exit'): void {
  const { verdict, evidence, growth, trend } = detector.getStats();
  const line = JSON.stringify({
    type: 'spark-memory-verdict',
    pid: process.pid,
    at,
    verdict,
    evidence,
    growth,
    trend,
  });
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // stderr is closed or full: the program matters more than the report on it.
  }
}

function optionsFrom(text: string | undefined): MemoryLeakDetectorOptions {
  if (text === undefined || text === '') return {};
  let options: unknown = text;
  try {
    options = JSON.parse(text);
  } catch {
    // Reported below as what it is: no object.
  }
  return optionsObject(
    'PROFILER_LEAK_OPTIONS',
    options as MemoryLeakDetectorOptions,
    Object.keys(options as object),
  );
}

function numberFrom(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}
