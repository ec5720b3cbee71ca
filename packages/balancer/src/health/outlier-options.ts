import type { Milliseconds } from '@spark-perf/core';
import { integerOption, numberOption, optionsObject } from '@spark-perf/core';

/** When live traffic ejects a server. 0 turns a detector off. */
export interface OutlierOptions {
  /** 5xx answers in a row, whatever their code. @default 5 */
  readonly consecutive5xx?: number | undefined;
  /** 502, 503, 504 answers, broken and refused connections in a row. @default 5 */
  readonly consecutiveGatewayFailures?: number | undefined;
  /** Timeouts in a row. @default 5 */
  readonly consecutiveTimeouts?: number | undefined;
  /** Requests of one `interval` below which a server's success rate says nothing. @default 100 */
  readonly successRateVolume?: number | undefined;
  /** Servers with that many requests below which success rates are not compared. 0: never. @default 5 */
  readonly successRateServers?: number | undefined;
  /** Ejects below the mean success rate less this many standard deviations. @default 1.9 */
  readonly successRateFactor?: number | undefined;
  /** How often success rates are compared. @default 10,000 */
  readonly interval?: Milliseconds | undefined;
  /** The first ejection; each further one is longer by as much. @default 30,000 */
  readonly baseEjectionTime?: Milliseconds | undefined;
  /** @default 300,000 */
  readonly maxEjectionTime?: Milliseconds | undefined;
}

export const OUTLIER_DEFAULTS = Object.freeze({
  consecutive5xx: 5,
  consecutiveGatewayFailures: 5,
  consecutiveTimeouts: 5,
  successRateVolume: 100,
  successRateServers: 5,
  successRateFactor: 1.9,
  interval: 10_000,
  baseEjectionTime: 30_000,
  maxEjectionTime: 300_000,
}) satisfies Required<OutlierOptions>;

export type ResolvedOutlierOptions = { readonly [K in keyof typeof OUTLIER_DEFAULTS]: number };

/** @throws InvalidOptionError */
export function resolveOutlierOptions(options: OutlierOptions | undefined): ResolvedOutlierOptions {
  const d = OUTLIER_DEFAULTS;
  const given = optionsObject<OutlierOptions>('outlier', options, Object.keys(d));
  const count = (name: keyof OutlierOptions): number =>
    integerOption(`outlier.${name}`, given[name], d[name]);
  const time = (name: keyof OutlierOptions): number =>
    numberOption(`outlier.${name}`, given[name], d[name], { min: 1 });
  return {
    consecutive5xx: count('consecutive5xx'),
    consecutiveGatewayFailures: count('consecutiveGatewayFailures'),
    consecutiveTimeouts: count('consecutiveTimeouts'),
    successRateVolume: count('successRateVolume'),
    successRateServers: count('successRateServers'),
    successRateFactor: numberOption(
      'outlier.successRateFactor',
      given.successRateFactor,
      d.successRateFactor,
    ),
    interval: time('interval'),
    baseEjectionTime: time('baseEjectionTime'),
    maxEjectionTime: time('maxEjectionTime'),
  };
}
