import type { Milliseconds } from '@spark-perf/core';

/** Why a server is out of rotation. */
export type EjectionReason =
  'check' | 'consecutive-5xx' | 'gateway-failures' | 'timeouts' | 'success-rate' | 'probe';

export interface Healthy {
  readonly kind: 'healthy';
  readonly since: Milliseconds;
}

/** Gets no requests until `until` (`Infinity`: until checks pass), unless every server is out (panic). */
export interface Ejected {
  readonly kind: 'ejected';
  readonly since: Milliseconds;
  readonly until: Milliseconds;
  readonly reason: EjectionReason;
}

/** The time of an ejection is over: one request at a time finds out. `trial` tells whether one is under way. */
export interface Probing {
  readonly kind: 'probing';
  readonly since: Milliseconds;
  readonly trial: boolean;
}

/** Gets no new requests; `resume` is what `restoreServer` brings back. */
export interface Draining {
  readonly kind: 'draining';
  readonly since: Milliseconds;
  readonly resume: Healthy | Ejected | Probing;
}

export interface Removed {
  readonly kind: 'removed';
}

/** Where a server is. */
export type ServerState = Healthy | Ejected | Probing | Draining | Removed;

/** What happens to a server. */
export type ServerEvent =
  | { readonly kind: 'eject'; readonly until: Milliseconds; readonly reason: EjectionReason }
  | { readonly kind: 'expire' }
  | { readonly kind: 'trial' }
  | { readonly kind: 'trial-over' }
  | { readonly kind: 'recover' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'remove' };

/** The next state; the same object where the event changes nothing. Pure. */
export function nextState(state: ServerState, event: ServerEvent, now: Milliseconds): ServerState {
  if (state.kind === 'removed') return state;
  if (event.kind === 'remove') return { kind: 'removed' };
  if (state.kind === 'draining') {
    if (event.kind === 'restore') return state.resume;
    if (event.kind === 'drain') return state;
    // Health goes on changing below a drain, so that a restored server is as healthy as it really is.
    const resume = nextState(state.resume, event, now) as Draining['resume'];
    return resume === state.resume ? state : { ...state, resume };
  }
  switch (event.kind) {
    case 'drain':
      return { kind: 'draining', since: now, resume: state };
    case 'eject':
      // A later verdict may prolong an ejection, never shorten it.
      if (state.kind === 'ejected' && state.until >= event.until) return state;
      return { kind: 'ejected', since: now, until: event.until, reason: event.reason };
    case 'expire':
      return state.kind === 'ejected' && now >= state.until
        ? { kind: 'probing', since: now, trial: false }
        : state;
    case 'trial':
      return state.kind === 'probing' && !state.trial ? { ...state, trial: true } : state;
    case 'trial-over':
      return state.kind === 'probing' && state.trial ? { ...state, trial: false } : state;
    case 'recover':
      return state.kind === 'healthy' ? state : { kind: 'healthy', since: now };
    case 'restore':
      return state;
  }
}
