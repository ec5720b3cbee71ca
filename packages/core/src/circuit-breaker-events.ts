import type { Milliseconds } from './units.js';

export interface CircuitBreakerEvents {
  /** The circuit opened: calls are refused for `openFor`. */
  open: { readonly openFor: Milliseconds; readonly reason: 'consecutive' | 'rate' | 'probe' };
  /** The open time is over and one probe has gone through. */
  halfOpen: { readonly openedFor: Milliseconds };
  /** A probe succeeded: calls pass again. */
  close: { readonly openedFor: Milliseconds };
}
