import type { Milliseconds } from '@spark-perf/core';

/** `learning` until the gates are passed, `inconclusive` when too few major collections let them pass. */
export type Verdict = 'learning' | 'healthy' | 'suspect' | 'leaking' | 'recovered' | 'inconclusive';

/** What one look at the series found. */
export interface Look {
  readonly at: Milliseconds;
  /** There are enough points for a judgement. */
  readonly ready: boolean;
  /** Waiting for them has gone on for too long. */
  readonly overdue: boolean;
  /** A series has a new point. Without one nothing has been learnt. */
  readonly fresh: boolean;
  readonly growing: boolean;
  /** There are enough points for an alarm. */
  readonly proven: boolean;
}

export type VerdictState =
  | { readonly verdict: 'learning' | 'inconclusive' | 'healthy'; readonly since: Milliseconds }
  /** `misses`: looks in a row that saw no growth. */
  | { readonly verdict: 'suspect'; readonly since: Milliseconds; readonly misses: number }
  /** `quiet`: since when no look has seen growth. */
  | { readonly verdict: 'leaking'; readonly since: Milliseconds; readonly quiet: Milliseconds | undefined }
  | { readonly verdict: 'recovered'; readonly since: Milliseconds };

/** Looks without growth that clear a suspicion: a single one may be chance. */
const MISSES = 3;

/**
 * The next state. Growth must last for `pendingFor` before it is an alarm, and its absence before it is over, so that
 * the verdict does not flap.
 */
export function nextVerdict(state: VerdictState, look: Look, pendingFor: Milliseconds): VerdictState {
  const { at } = look;
  switch (state.verdict) {
    case 'learning':
    case 'inconclusive':
      if (look.ready)
        return look.growing
          ? { verdict: 'suspect', since: at, misses: 0 }
          : { verdict: 'healthy', since: at };
      return look.overdue && state.verdict === 'learning' ? { verdict: 'inconclusive', since: at } : state;
    case 'healthy':
      return look.fresh && look.growing ? { verdict: 'suspect', since: at, misses: 0 } : state;
    case 'suspect': {
      if (!look.fresh) return state;
      if (!look.growing) {
        const misses = state.misses + 1;
        return misses >= MISSES ? { verdict: 'healthy', since: at } : { ...state, misses };
      }
      if (look.proven && at - state.since >= pendingFor)
        return { verdict: 'leaking', since: at, quiet: undefined };
      return state.misses === 0 ? state : { ...state, misses: 0 };
    }
    case 'leaking':
      if (!look.fresh) return state;
      if (look.growing) return state.quiet === undefined ? state : { ...state, quiet: undefined };
      if (state.quiet === undefined) return { ...state, quiet: at };
      return at - state.quiet >= pendingFor ? { verdict: 'recovered', since: at } : state;
    case 'recovered':
      if (look.fresh && look.growing) return { verdict: 'suspect', since: at, misses: 0 };
      return at - state.since >= 2 * pendingFor ? { verdict: 'healthy', since: at } : state;
  }
}
