import type { Context, Milliseconds } from '@spark-perf/core';
import type { PeakEwma } from './peak-ewma.js';

/** What a picker may know of a server. */
export interface PickableServer {
  readonly id: string;
  /** Share of the traffic, with the slow start taken into account. Above 0. */
  readonly weight: number;
  /** Requests and tunnels under way. */
  readonly activeConnections: number;
  /** Response times. */
  readonly latency: PeakEwma;
}

/** What a picker is asked for: the request, where there is one, and the time. */
export interface PickContext {
  /** Absent where `getServer()` is called without a context. */
  readonly ctx: Context | undefined;
  readonly now: Milliseconds;
}

/**
 * Chooses among servers that could take the request. Called once per attempt, synchronously.
 *
 * `servers` is never empty, and the same array as in the call before while nobody joined or left, so that a picker
 * may keep what it derived from it.
 */
export interface Picker<S extends PickableServer = PickableServer> {
  pick(servers: readonly S[], request: PickContext): S;
}

/** The first server in the list, where a picker found none better. @throws RangeError for an empty list */
export function firstOf<S>(servers: readonly S[]): S {
  const [first] = servers;
  if (first === undefined) throw new RangeError('A picker needs at least one server');
  return first;
}
