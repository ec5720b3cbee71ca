import type { Milliseconds } from '@spark-perf/core';
import { stringOption } from '@spark-perf/core';
import type { Cleanup } from './cleanup-of.js';
import { cleanupOf } from './cleanup-of.js';
import type { ResourceOptions } from './resource-options.js';
import { resolveResourceOptions } from './resource-options.js';

/** Cleans a resource before its time; rejects with what its cleanup threw. */
export type Unregister = () => Promise<void>;

/** A registered resource. */
export interface ResourceEntry {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly timeout: Milliseconds;
  readonly cleanup: () => unknown;
  /** Set once the cleanup runs: it runs once, whoever asks. */
  cleaning: Promise<void> | undefined;
}

/** Makes the entry of what `register` was given. @throws InvalidOptionError */
export function resourceEntry<T>(
  id: string,
  resource: T,
  second: Cleanup<T> | ResourceOptions | undefined,
  third: ResourceOptions | undefined,
  cleanupTimeout: Milliseconds,
): ResourceEntry {
  stringOption('id', id, '');
  const withoutCleanup = typeof second === 'object' && second !== null;
  return {
    id,
    ...resolveResourceOptions(withoutCleanup ? second : third, cleanupTimeout),
    cleanup: cleanupOf(resource, withoutCleanup ? undefined : second),
    cleaning: undefined,
  };
}
