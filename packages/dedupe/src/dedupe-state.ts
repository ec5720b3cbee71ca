import type { Milliseconds } from '@spark-perf/core';
import type { Fingerprint } from './fingerprint.js';
import type { Outcome } from './outcome.js';

/** Names one owner of one claim; every transition compares it. */
export type OwnerToken = string;

/**
 * absent → claimed → completed | failed | unknown
 *
 * `completed` is replayed until `visibleUntil`, `failed` to nobody new; for a moment both also answer those who have
 * waited for their owner. A store may keep outcomes in a form of its own. `unknown` is final: an owner vanished, and
 * nobody can tell what it has done.
 */
export type DedupeState<Kept = Outcome> =
  | {
      readonly kind: 'claimed';
      readonly token: OwnerToken;
      readonly fingerprint: Fingerprint;
      readonly leaseUntil: Milliseconds;
      /** What becomes of it when the lease ends. */
      readonly onOrphan: OrphanPolicy;
      readonly retention: Milliseconds;
    }
  | {
      readonly kind: 'completed' | 'failed';
      readonly token: OwnerToken;
      readonly fingerprint: Fingerprint;
      readonly outcome: Kept;
      /** For whoever comes; has passed from the start for `failed`. */
      readonly visibleUntil: Milliseconds;
      /** For those who have waited for `token`. */
      readonly sharedUntil: Milliseconds;
    }
  | { readonly kind: 'unknown'; readonly fingerprint: Fingerprint; readonly until: Milliseconds };

/** What a claim meets when its owner's lease has ended: refusal for good, or another run. */
export type OrphanPolicy = 'reject' | 'rerun';
