/**
 * A fulfilled promise: what `compose` returns where nothing had to be waited for. Whoever gets this very one may go on at
 * once; it is never rejected.
 */
export const DONE: Promise<void> = Promise.resolve();
