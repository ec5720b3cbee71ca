/** What the events tell; `id` is the request's digest, never its content. */
export interface DedupeEvents {
  /** A request waited for another one under way and got its response. */
  coalesced: { readonly id: string; readonly keyed: boolean };
  /** A request got the response of one that had finished earlier. */
  replayed: { readonly id: string; readonly keyed: boolean };
  /** An `Idempotency-Key` came again with another payload. */
  mismatch: { readonly id: string };
  /** A keyed request met one that is still under way, and was refused. */
  conflict: { readonly id: string };
  /** An owner vanished without an outcome. `rerun` tells what was made of it. */
  orphaned: { readonly id: string; readonly keyed: boolean; readonly rerun: boolean };
  /** An owner found that it had been given up; its outcome was refused. */
  ownershipLost: { readonly id: string };
  /** A request that ran threw, was cut off, or was answered with what is not replayed. */
  leaderFailed: { readonly id: string; readonly reason: 'thrown' | 'cutOff' | 'status' };
  /** A follower's wait ended without an outcome. */
  waitTimeout: { readonly id: string; readonly keyed: boolean };
  /** A request went on without deduplication. */
  bypassed: { readonly reason: BypassReason };
  /** A response was longer than `maxReplay`: a repeat will be refused. */
  responseTooLarge: { readonly id: string };
  storeError: { readonly error: unknown };
  storeRecovered: Record<string, never>;
}

export type BypassReason = 'bodyTooLarge' | 'bodyLate' | 'noScope' | 'noFingerprint' | 'store';
