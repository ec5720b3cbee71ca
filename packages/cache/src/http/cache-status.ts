import type { Milliseconds } from '@spark-perf/core';

/** Why a request was passed on (RFC 9211, section 2.2). */
export type ForwardReason =
  'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale' | 'partial';

/** What one cache did with a request (RFC 9211). */
export interface CacheStatusFacts {
  readonly hit?: boolean | undefined;
  readonly fwd?: ForwardReason | undefined;
  readonly fwdStatus?: number | undefined;
  /** Remaining freshness; negative when stale. */
  readonly ttl?: Milliseconds | undefined;
  readonly stored?: boolean | undefined;
  readonly collapsed?: boolean | undefined;
  /** A token. */
  readonly detail?: string | undefined;
}

/** The value of `Cache-Status`. */
export function cacheStatus(name: string, facts: CacheStatusFacts): string {
  let value = name;
  if (facts.hit === true) value += '; hit';
  if (facts.fwd !== undefined) value += `; fwd=${facts.fwd}`;
  if (facts.fwdStatus !== undefined) value += `; fwd-status=${facts.fwdStatus}`;
  if (facts.ttl !== undefined) value += `; ttl=${Math.floor(facts.ttl / 1_000)}`;
  if (facts.stored === true) value += '; stored';
  if (facts.collapsed === true) value += '; collapsed';
  if (facts.detail !== undefined) value += `; detail=${facts.detail}`;
  return value;
}
