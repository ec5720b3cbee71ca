import type { Clock, Logger, Milliseconds } from '@spark-perf/core';
import {
  booleanOption,
  clockOption,
  functionOption,
  integerOption,
  InvalidOptionError,
  numberOption,
  optionsObject,
  silentLogger,
  stringOption,
} from '@spark-perf/core';
import type { Authorize, DashboardOptions } from './options.js';
import { DASHBOARD_DEFAULTS as DEFAULTS } from './options.js';
import { maskKey } from './report/mask-key.js';
import type { NamedSource } from './sources/named-sources.js';
import { namedSources, SOURCE_OPTIONS } from './sources/named-sources.js';

export interface ResolvedOptions {
  readonly sources: readonly NamedSource[];
  readonly authorize: Authorize | undefined;
  readonly authorizeTimeout: Milliseconds;
  readonly secret: string | undefined;
  readonly sessionTTL: Milliseconds;
  readonly interval: Milliseconds;
  readonly maxViewers: number;
  readonly maxEvents: number;
  readonly maxDuration: Milliseconds;
  readonly actions: boolean;
  readonly workerTimeout: Milliseconds;
  readonly maskKey: (key: string) => string;
  readonly logger: Logger;
  readonly clock: Clock;
}

const KNOWN = [
  ...SOURCE_OPTIONS,
  ...Object.keys(DEFAULTS),
  'authorize',
  'secret',
  'maskKey',
  'logger',
  'clock',
];

/** Checks the options and fills in the defaults. @throws InvalidOptionError */
export function resolveOptions(options: DashboardOptions | undefined): ResolvedOptions {
  const given = optionsObject('options', options, KNOWN);
  const number = (
    name: 'authorizeTimeout' | 'sessionTTL' | 'interval' | 'maxDuration' | 'workerTimeout',
    min: number,
    max?: number,
  ) => numberOption(name, given[name], DEFAULTS[name], max === undefined ? { min } : { min, max });
  return {
    sources: namedSources(given),
    authorize: authorizeOption(given.authorize),
    authorizeTimeout: number('authorizeTimeout', 1),
    secret: secretOption(given.secret),
    sessionTTL: number('sessionTTL', 60_000),
    interval: number('interval', 250, 60_000),
    maxViewers: integerOption('maxViewers', given.maxViewers, DEFAULTS.maxViewers, { min: 1, max: 1_000 }),
    maxEvents: integerOption('maxEvents', given.maxEvents, DEFAULTS.maxEvents, { min: 1, max: 1_000 }),
    maxDuration: number('maxDuration', 1_000, 600_000),
    actions: booleanOption('actions', given.actions, DEFAULTS.actions),
    workerTimeout: number('workerTimeout', 10, 10_000),
    maskKey: functionOption('maskKey', given.maskKey, maskKey),
    logger: given.logger ?? silentLogger,
    clock: clockOption(given.clock),
  };
}

/** A password must never stand in an error: it says only what is wrong with it. */
function authorizeOption(given: Authorize | undefined): Authorize | undefined {
  if (given === undefined || typeof given === 'function') return given;
  const rule = 'a function, or a password of at least 8 characters';
  if (typeof given !== 'string') throw new InvalidOptionError('authorize', rule, given);
  if (given.length < 8) throw new InvalidOptionError('authorize', rule, given.length);
  return given;
}

function secretOption(given: string | undefined): string | undefined {
  if (typeof given !== 'string') return stringOption('secret', given, undefined);
  if (given.length < 16) throw new InvalidOptionError('secret', 'at least 16 characters long', given.length);
  return given;
}
