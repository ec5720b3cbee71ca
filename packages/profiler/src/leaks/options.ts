import type { Bytes, Clock, Logger, Milliseconds } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  silentLogger,
} from '@spark-perf/core';
import type { MemorySource } from './memory-source.js';
import { V8MemorySource } from './v8-memory-source.js';

/** A class, of which instances can be counted. */
export type CountedClass = abstract new (...args: never[]) => object;

/** Options of `MemoryLeakDetector`. */
export interface MemoryLeakDetectorOptions {
  /** Pause between two looks; 1 to 86,400,000. @default 60_000 */
  readonly checkInterval?: Milliseconds | undefined;
  /** Live heap above which `highHeap` is raised, once until it falls below 80 % of it; at least 1 or `Infinity`. @default 104_857_600 */
  readonly heapThreshold?: Bytes | undefined;
  /** Growth of the live heap that a leak must have shown; at least 0. @default 10_485_760 */
  readonly growthThreshold?: Bytes | undefined;
  /** Growth of external memory (buffers) that a leak must have shown; at least 0. @default 5_242_880 */
  readonly externalGrowthThreshold?: Bytes | undefined;
  /** Growth of resident memory that a leak outside V8 must have shown; at least 0. @default 67_108_864 */
  readonly rssGrowthThreshold?: Bytes | undefined;
  /** Time after `start` in which nothing is judged: modules load, caches and compiled code fill; at least 0. @default 300_000 */
  readonly warmup?: Milliseconds | undefined;
  /** Looks that found a major collection before anything is judged, 4 to 1,000; twice as many before an alarm. @default 10 */
  readonly minMajorGcs?: number | undefined;
  /** How long growth must last before it is an alarm, and its absence before the alarm is over; at least 0. @default 600_000 */
  readonly pendingFor?: Milliseconds | undefined;
  /** A leak must reach the limit of memory within this time; at least 1 or `Infinity`. @default 604_800_000 */
  readonly horizon?: Milliseconds | undefined;
  /** Looks kept, 16 to 1,000: the window in which growth is tested. @default 120 */
  readonly maxSamples?: number | undefined;
  /** Requests served so far. Memory that follows their rate is no leak; without it nothing waits for requests. @default none */
  readonly requests?: (() => number) | undefined;
  /** Requests before anything is judged, where `requests` is given; at least 0. @default 100 */
  readonly minRequests?: number | undefined;
  /** Whether every look forces a major collection first: it stops the process for as long. Needs `--expose-gc`. @default false */
  readonly forceGc?: boolean | undefined;
  /** Classes whose instances are counted as evidence, at most 32. Each count walks the heap. @default [] */
  readonly constructors?: readonly CountedClass[] | undefined;
  /** Whether allocations are sampled while a leak is suspected, to name where they are made. @default false */
  readonly allocationSites?: boolean | undefined;
  /** Told of each change of the verdict and of `highHeap`. @default silentLogger */
  readonly logger?: Logger | undefined;
  /** Source of time. Every gate uses it, so that a program can be run time-compressed. @default systemClock */
  readonly clock?: Clock | undefined;
  /** Where the figures come from. @default this process */
  readonly source?: MemorySource | undefined;
}

/** The defaults of `MemoryLeakDetectorOptions`. */
export const MEMORY_LEAK_DETECTOR_DEFAULTS = Object.freeze({
  checkInterval: 60_000,
  heapThreshold: 100 * 1024 * 1024,
  growthThreshold: 10 * 1024 * 1024,
  externalGrowthThreshold: 5 * 1024 * 1024,
  rssGrowthThreshold: 64 * 1024 * 1024,
  warmup: 300_000,
  minMajorGcs: 10,
  pendingFor: 600_000,
  horizon: 604_800_000,
  maxSamples: 120,
  minRequests: 100,
  forceGc: false,
  allocationSites: false,
});

export interface ResolvedLeakOptions {
  readonly checkInterval: Milliseconds;
  readonly heapThreshold: Bytes;
  readonly growthThreshold: Bytes;
  readonly externalGrowthThreshold: Bytes;
  readonly rssGrowthThreshold: Bytes;
  readonly warmup: Milliseconds;
  readonly minMajorGcs: number;
  readonly pendingFor: Milliseconds;
  readonly horizon: Milliseconds;
  readonly maxSamples: number;
  readonly requests: (() => number) | undefined;
  readonly minRequests: number;
  readonly collect: (() => void) | undefined;
  readonly constructors: readonly CountedClass[];
  readonly allocationSites: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly source: MemorySource;
}

const OTHERS = ['requests', 'constructors', 'logger', 'clock', 'source'];

/** @throws InvalidOptionError */
export function resolveLeakOptions(options: MemoryLeakDetectorOptions | undefined): ResolvedLeakOptions {
  const given = optionsObject('options', options, [...Object.keys(MEMORY_LEAK_DETECTOR_DEFAULTS), ...OTHERS]);
  const fallback = MEMORY_LEAK_DETECTOR_DEFAULTS;
  type Numeric = Exclude<keyof typeof fallback, 'forceGc' | 'allocationSites'>;
  const number = (name: Numeric, rule?: Parameters<typeof numberOption>[3]): number =>
    numberOption(name, given[name], fallback[name], rule);
  const integer = (name: Numeric, min: number, max: number): number =>
    integerOption(name, given[name], fallback[name], { min, max });
  const constructors = given.constructors ?? [];
  if (
    !Array.isArray(constructors) ||
    constructors.length > 32 ||
    constructors.some((one) => typeof one !== 'function')
  )
    throw new InvalidOptionError('constructors', 'a list of at most 32 classes', given.constructors);
  const forceGc = booleanOption('forceGc', given.forceGc, fallback.forceGc);
  const { gc } = globalThis as { gc?: () => void };
  if (forceGc && typeof gc !== 'function')
    throw new InvalidOptionError('forceGc', 'false unless Node runs with --expose-gc', forceGc);
  return {
    checkInterval: number('checkInterval', { min: 1, max: 86_400_000 }),
    heapThreshold: number('heapThreshold', { min: 1, infinity: true }),
    growthThreshold: number('growthThreshold'),
    externalGrowthThreshold: number('externalGrowthThreshold'),
    rssGrowthThreshold: number('rssGrowthThreshold'),
    warmup: number('warmup'),
    minMajorGcs: integer('minMajorGcs', 4, 1_000),
    pendingFor: number('pendingFor'),
    horizon: number('horizon', { min: 1, infinity: true }),
    maxSamples: integer('maxSamples', 16, 1_000),
    requests: functionOption('requests', given.requests, undefined),
    minRequests: number('minRequests'),
    collect: forceGc ? gc : undefined,
    constructors,
    allocationSites: booleanOption('allocationSites', given.allocationSites, fallback.allocationSites),
    logger: given.logger ?? silentLogger,
    clock: clockOption(given.clock),
    source: given.source ?? new V8MemorySource(),
  };
}
