/** What every engine here is, and what lifecycle's `register` understands without a cleanup function. */
export interface Closable {
  /** Idempotent. Each engine documents what happens to those who wait. */
  close(): Promise<unknown> | void;
}

/** Tells whether `value` has a `close` method. */
export function isClosable(value: unknown): value is Closable {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<Closable>).close === 'function'
  );
}
