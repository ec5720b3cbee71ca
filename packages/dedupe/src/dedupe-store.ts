import type { Milliseconds } from '@spark-perf/core';
import type { OrphanPolicy, OwnerToken } from './dedupe-state.js';
import type { Fingerprint } from './fingerprint.js';
import type { Outcome } from './outcome.js';

export interface ClaimRequest {
  /** A name that nobody else uses, for the case that the claim succeeds. */
  readonly token: OwnerToken;
  readonly fingerprint: Fingerprint;
  /** How long the claim holds unless renewed. */
  readonly lease: Milliseconds;
  /** What becomes of the claim when its owner vanishes. */
  readonly onOrphan: OrphanPolicy;
  /** How long an unknown outcome is remembered. */
  readonly retention: Milliseconds;
  /** The owner that this request has waited for: its outcome is told even when nobody new gets it. */
  readonly following?: OwnerToken | undefined;
}

export type ClaimResult =
  /** The caller owns it now. `orphaned`: it took over from an owner that vanished. */
  | { readonly kind: 'claimed'; readonly orphaned: boolean }
  /** Somebody else is at it. */
  | { readonly kind: 'inFlight'; readonly owner: OwnerToken; readonly leaseRemaining: Milliseconds }
  /** Done before; or just now, by the owner that was followed. */
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  /** An owner vanished. `orphaned`: this very call found out. */
  | { readonly kind: 'unknown'; readonly orphaned: boolean }
  /** The same id, for something else. */
  | { readonly kind: 'mismatch' };

export interface SettleRequest {
  readonly outcome: Outcome;
  /** How long it is replayed to whoever comes; 0: to nobody new. */
  readonly retention: Milliseconds;
  /** How long it answers those who have waited. */
  readonly shareFor: Milliseconds;
}

/**
 * Who is at what, and what came of it. Every method is atomic, and every transition compares the owner's token: an
 * owner that was given up can't overwrite. Run `dedupeStoreTests` of `@spark-perf/dedupe/testing` on your own.
 */
export interface DedupeStore {
  /** Takes `id` if it is free, else tells its state. A mismatch is told before anything else. */
  claim(id: string, request: ClaimRequest): Promise<ClaimResult>;
  /** Extends the lease; false when `token` owns it no more. */
  renew(id: string, token: OwnerToken, lease: Milliseconds): Promise<boolean>;
  /** Ends a claim with its outcome and wakes those who wait; false when `token` owns it no more. */
  settle(id: string, token: OwnerToken, request: SettleRequest): Promise<boolean>;
  /** Gives a claim back as if it had not been; false when `token` owns it no more. */
  release(id: string, token: OwnerToken): Promise<boolean>;
  /** Resolves when `id` may have changed, and after `timeout` or the abort at the latest. Never rejects. */
  wait(id: string, options: { readonly timeout: Milliseconds; readonly signal: AbortSignal }): Promise<void>;
  /** Entries and bytes held in this process. */
  size(): { readonly entries: number; readonly bytes: number };
  /** Idempotent. Wakes those who wait. */
  close(): Promise<void>;
}
