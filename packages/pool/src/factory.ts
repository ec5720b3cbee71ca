/** Makes and ends connections, and knows how to look after them. */
export interface ConnectionFactory<T> {
  /**
   * Opens a connection; a new object (or value) every time. `signal` aborts when the pool no longer waits for it: after
   * `createTimeout` and on close. A connection that comes all the same is destroyed.
   */
  create(context: { readonly signal: AbortSignal }): T | PromiseLike<T>;
  /** Ends a connection. Called once for each. */
  destroy(connection: T): unknown;
  /**
   * Whether a connection is alive. Anything but `false` is a yes; throwing, or hanging beyond `validateTimeout`, is a
   * no. Called on connections that nobody has borrowed, only.
   */
  validate?(connection: T): unknown;
  /**
   * Clears what a user may have left behind, on every return. Where it returns no promise, the return is synchronous.
   * Throwing, or hanging beyond `resetTimeout`, destroys the connection.
   */
  reset?(connection: T): unknown;
  /** Starts a transaction. */
  begin?(connection: T): unknown;
  /** Commits it. A transaction that was rolled back instead must throw. */
  commit?(connection: T): unknown;
  /** Rolls it back. */
  rollback?(connection: T): unknown;
  /** Whether an error means that the connection is no longer usable. The pool's `isFatal` option goes first. */
  isFatal?(error: unknown): boolean;
}
