import type { Milliseconds, RawHeader } from '@spark-perf/core';

/** A response as the cache keeps it. */
export interface StoredResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly statusMessage: string | undefined;
  readonly headers: readonly RawHeader[];
  readonly body: Buffer;
  /** Wall time when the response began, and its age by then (RFC 9111, section 4.2.3). */
  readonly time: Milliseconds;
  readonly initialAge: Milliseconds;
  /** Freshness lifetime. */
  readonly lifetime: Milliseconds;
  /** How long after it a stale answer may be given while one request revalidates, or when that fails (RFC 5861). */
  readonly whileRevalidate: Milliseconds;
  readonly ifError: Milliseconds;
  /** Never without validation once stale (or, with `always`, ever). */
  readonly validate: 'always' | 'stale' | 'no';
  /** Whether requests with credentials may have it (section 3.5). */
  readonly shared: boolean;
}

/** Stands under the primary key of a resource whose answers vary. */
export interface VaryRecord {
  readonly kind: 'vary';
  /** Part of the secondary keys: with a new record all answers under the old one are out of reach. */
  readonly id: string;
  readonly names: readonly string[];
  /** Hashes of the variants seen, newest last. */
  readonly variants: readonly string[];
}

export type StoredRecord = StoredResponse | VaryRecord;
