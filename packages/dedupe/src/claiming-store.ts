import type { Milliseconds } from '@spark-perf/core';
import type { OwnerToken } from './dedupe-state.js';
import type { ClaimRequest, ClaimResult, DedupeStore, SettleRequest } from './dedupe-store.js';

/** A store as the engine sees it: one in this process may answer at once; one elsewhere may throw, and then is down. */
export interface ClaimingStore extends Pick<DedupeStore, 'wait'> {
  claim(id: string, request: ClaimRequest): ClaimResult | Promise<ClaimResult>;
  renew(id: string, token: OwnerToken, lease: Milliseconds): boolean | Promise<boolean>;
  settle(id: string, token: OwnerToken, request: SettleRequest): boolean | Promise<boolean>;
  release(id: string, token: OwnerToken): boolean | Promise<boolean>;
}
