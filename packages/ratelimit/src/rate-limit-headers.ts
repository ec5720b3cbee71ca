import type { Milliseconds } from '@spark-perf/core';
import { draft6Fields } from './headers/draft-6.js';
import { draft7Fields } from './headers/draft-7.js';
import { draft8Fields } from './headers/draft-8.js';
import { legacyFields } from './headers/legacy.js';

/**
 * `legacy`: X-RateLimit-Limit, -Remaining and -Reset (epoch milliseconds). The others are revisions of the IETF's
 * draft-ietf-httpapi-ratelimit-headers.
 */
export type HeaderStyle = 'legacy' | 'draft-6' | 'draft-7' | 'draft-8' | 'draft-11';

export const HEADER_STYLES: readonly HeaderStyle[] = ['legacy', 'draft-6', 'draft-7', 'draft-8', 'draft-11'];

/** What header fields tell of one policy. */
export interface PolicyStatus {
  readonly name: string;
  readonly limit: number;
  readonly windowSize: Milliseconds;
  readonly remaining: number;
  /** Until the quota is there again; unknown of a policy that had room while another refused. */
  readonly reset: Milliseconds | undefined;
}

/** What header fields tell of a decision. */
export interface RateLimitStatus {
  readonly policies: readonly PolicyStatus[];
  /** The policy that is nearest to its end: all that the older styles can tell of. */
  readonly tightest: PolicyStatus;
  /** Epoch milliseconds. */
  readonly resetTime: Milliseconds;
}

/** A header field: name and value. */
export type Field = readonly [name: string, value: string];

/** The header fields of a decision in one style. Pure. */
export function rateLimitFields(style: HeaderStyle, status: RateLimitStatus): Field[] {
  switch (style) {
    case 'legacy':
      return legacyFields(status);
    case 'draft-6':
      return draft6Fields(status);
    case 'draft-7':
      return draft7Fields(status);
    case 'draft-8':
    case 'draft-11':
      // The fields are the same in both: what changed in between is how clients should read them.
      return draft8Fields(status);
  }
}
