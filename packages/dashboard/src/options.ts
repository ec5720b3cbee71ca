import type { Clock, Context, Logger, Milliseconds } from '@spark-perf/core';
import type { SourceOptions } from './sources/named-sources.js';

/** Who may see the page: a password that it asks for, or a function that decides about each request. */
export type Authorize = string | ((ctx: Context) => boolean | Promise<boolean>);

/** Options of `dashboard` and `Dashboard`. All durations are milliseconds. */
export interface DashboardOptions extends SourceOptions {
  /**
   * Who may see and use the page. A string is a password of at least 8 characters: the page asks for it and keeps a
   * session in a cookie. A function gets each request, and that of an open stream again every 15 s, and answers `true`
   * to let it pass. Without it everything is 404 when `NODE_ENV` is `production`, and else open to this machine's own
   * addresses only.
   * @default this machine, outside production
   */
  readonly authorize?: Authorize | undefined;
  /** How long `authorize` may take; at least 1. @default 10_000 */
  readonly authorizeTimeout?: Milliseconds | undefined;
  /** Signs sessions; processes that serve one page share it. At least 16 characters. @default a random one */
  readonly secret?: string | undefined;
  /** How long a login lasts; at least 60,000. @default 28_800_000 (8 h) */
  readonly sessionTTL?: Milliseconds | undefined;
  /** Time between two snapshots; 250 to 60,000. @default 1_000 */
  readonly interval?: Milliseconds | undefined;
  /** Streams open at one time; further ones get 503. 1 to 1,000. @default 20 */
  readonly maxViewers?: number | undefined;
  /** Events kept for the feed; 1 to 1,000. @default 100 */
  readonly maxEvents?: number | undefined;
  /** Longest CPU profile or allocation sample; 1,000 to 600,000. @default 60_000 */
  readonly maxDuration?: Milliseconds | undefined;
  /** Whether servers can be drained and processes profiled from the page. @default true */
  readonly actions?: boolean | undefined;
  /** How long other processes may take to report; 10 to 10,000. @default 400 */
  readonly workerTimeout?: Milliseconds | undefined;
  /** How a limiter's keys are shown. @default addresses by network, else the first characters */
  readonly maskKey?: ((key: string) => string) | undefined;
  /** Where warnings go. @default silent */
  readonly logger?: Logger | undefined;
  /** Source of time. @default systemClock */
  readonly clock?: Clock | undefined;
}

/** The defaults of `DashboardOptions`. */
export const DASHBOARD_DEFAULTS = Object.freeze({
  authorizeTimeout: 10_000,
  sessionTTL: 8 * 3_600_000,
  interval: 1_000,
  maxViewers: 20,
  maxEvents: 100,
  maxDuration: 60_000,
  actions: true,
  workerTimeout: 400,
});
