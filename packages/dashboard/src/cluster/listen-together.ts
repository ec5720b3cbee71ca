/** The part of an `EventEmitter` that is used. */
export interface Emitting {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  listeners(event: string): readonly unknown[];
}

/** On a listener of ours: those it calls. Shared with other copies of this package. */
const CALLED = Symbol.for('@spark-perf/dashboard.called');

interface SharedListener {
  (...args: unknown[]): void;
  readonly [CALLED]: Set<{ readonly call: (args: unknown[]) => void }>;
}

/**
 * Listens together with all who listen to the event here: one listener on an emitter that belongs to the whole process,
 * which would warn of a leak otherwise where a program has many of us. Returns what ends it; the last one to end takes
 * the listener off.
 */
export function listenTogether<A extends unknown[]>(
  emitter: Emitting,
  event: string,
  listener: (...args: A) => void,
): () => void {
  const shared =
    (emitter.listeners(event) as SharedListener[]).find((one) => one[CALLED] !== undefined) ?? share();
  if (shared[CALLED].size === 0) emitter.on(event, shared);
  const own = { call: (args: unknown[]) => listener(...(args as A)) };
  shared[CALLED].add(own);
  return () => {
    if (shared[CALLED].delete(own) && shared[CALLED].size === 0) emitter.off(event, shared);
  };
}

function share(): SharedListener {
  const called: SharedListener[typeof CALLED] = new Set();
  const callAll = (...args: unknown[]): void => {
    for (const { call } of called) call(args);
  };
  return Object.assign(callAll, { [CALLED]: called });
}
