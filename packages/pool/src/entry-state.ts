/** Why a connection was given up. */
export type DestroyReason =
  /** Unused for `idleTimeout`. */
  | 'idle'
  /** Older than its lifetime. */
  | 'lifetime'
  /** Borrowed `maxUses` times. */
  | 'uses'
  /** `validate` said no, threw or did not answer in time. */
  | 'unhealthy'
  /** The connection itself said `error`, `end` or `close`. */
  | 'broken'
  /** Its user met an error that `isFatal` recognised. */
  | 'fatal'
  /** `reset` failed or did not answer in time. */
  | 'reset'
  /** A transaction could not be ended. */
  | 'transaction'
  /** Work begun through a request's facade was still pending after `settleTimeout`. */
  | 'unsettled'
  /** The user called `destroy`. */
  | 'request'
  /** The pool was made smaller. */
  | 'shrink'
  /** The pool closed. */
  | 'close'
  /** The pool's closing deadline passed while it was borrowed. */
  | 'forced';

/** Where a connection is. What holds in one state only is carried by that state. */
export type EntryState =
  /** Nobody's: in the idle place, or on its way there. */
  | { readonly kind: 'idle' }
  /** The pool's: being validated or reset, out of everybody's reach. */
  | { readonly kind: 'checking' }
  /** A user's. */
  | { readonly kind: 'borrowed' }
  /** To be destroyed as soon as its present holder lets go: a user (`lent`) or the pool. */
  | { readonly kind: 'condemned'; readonly lent: boolean; readonly reason: DestroyReason }
  | { readonly kind: 'destroyed'; readonly reason: DestroyReason };

// The states without facts are shared, so that the hot path compares identities and allocates nothing.
export const IDLE: EntryState = Object.freeze({ kind: 'idle' });
export const CHECKING: EntryState = Object.freeze({ kind: 'checking' });
export const BORROWED: EntryState = Object.freeze({ kind: 'borrowed' });
