import type { Milliseconds } from '@spark-perf/core';

/** The third level: any database that can keep a text under a key for a while. */
export interface DatabaseClient {
  /** The text, or `null` or `undefined` when there is none. */
  get(key: string): Promise<string | null | undefined> | string | null | undefined;
  set(key: string, value: string, options: { readonly ttl: Milliseconds }): unknown;
  del(key: string): unknown;
}
