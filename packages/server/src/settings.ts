import type { Bytes, TrustProxy } from '@spark-perf/core';

/**
 * Which proxies may say who the client is: their number, their networks, or a function of an address and its distance.
 * `true` believes every one of them, and so the client itself: only behind a proxy that replaces `X-Forwarded-For`.
 */
export type TrustProxySetting = TrustProxy | boolean;

/** What may be changed while the application runs. Settings of your own may live here too. */
export interface SparkSettings {
  /** @default undefined: only the socket's address counts */
  trustProxy: TrustProxySetting | undefined;
  /** The limit of a `bodyParser()` that has none of its own, in bytes. */
  bodyLimit: Bytes;
  [name: string]: unknown;
}
