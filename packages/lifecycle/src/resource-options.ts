import type { Milliseconds } from '@spark-perf/core';
import { InvalidOptionError, numberOption, optionsObject } from '@spark-perf/core';

/** Options of `register`. */
export interface ResourceOptions {
  /** Ids of registered resources that this one uses: they are cleaned after it. @default [] */
  readonly dependsOn?: readonly string[] | undefined;
  /** How long its cleanup may take; more than 0. @default cleanupTimeout */
  readonly timeout?: Milliseconds | undefined;
}

export interface ResolvedResourceOptions {
  readonly dependsOn: readonly string[];
  readonly timeout: Milliseconds;
}

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveResourceOptions(
  raw: ResourceOptions | undefined,
  cleanupTimeout: Milliseconds,
): ResolvedResourceOptions {
  const options = optionsObject('options', raw, ['dependsOn', 'timeout']);
  const dependsOn = options.dependsOn ?? [];
  if (!Array.isArray(dependsOn) || !dependsOn.every((id) => typeof id === 'string')) {
    throw new InvalidOptionError('dependsOn', 'a list of ids', dependsOn);
  }
  return {
    dependsOn: [...new Set(dependsOn as string[])],
    timeout: numberOption('timeout', options.timeout, cleanupTimeout, { min: 1 }),
  };
}
