import type { Milliseconds } from '@spark-perf/core';
import type { UpstreamFailure } from './errors.js';
import type { EjectionReason, ServerState } from './servers/server-state.js';

/** What a `LoadBalancer` tells. */
export interface LoadBalancerEvents {
  /** A server joined. */
  serverAdded: { readonly id: string; readonly url: string };
  /** A server has left, its last request is over or was cut. */
  serverRemoved: { readonly id: string; readonly cut: number };
  /** A server's state changed. */
  stateChange: { readonly id: string; readonly from: ServerState['kind']; readonly to: ServerState['kind'] };
  /** A server is out of rotation, for `duration` (`Infinity`: until checks pass). */
  ejected: { readonly id: string; readonly reason: EjectionReason; readonly duration: Milliseconds };
  /** A server is back in rotation. */
  recovered: { readonly id: string };
  /** An active check has ended. */
  check: {
    readonly id: string;
    readonly ok: boolean;
    readonly duration: Milliseconds;
    readonly reason: string;
  };
  /** An attempt failed. `error` may name internals: not for clients. */
  attemptFailed: { readonly id: string; readonly failure: UpstreamFailure; readonly error: Error };
  /** A request goes to another server. */
  retry: { readonly from: string; readonly attempt: number };
  /** No server is healthy: all of them are served from until one is. */
  panic: { readonly servers: number };
  /** A request was refused with 503. */
  rejected: { readonly reason: 'no-server' | 'queue-full' | 'queue-timeout' | 'closed' };
  /** A name could not be resolved: its servers stay as they were. */
  discoveryFailed: { readonly id: string; readonly error: Error };
  /** A hook, key function or picker of yours threw, or left what can't be sent. */
  hookFailed: { readonly error: unknown };
}
