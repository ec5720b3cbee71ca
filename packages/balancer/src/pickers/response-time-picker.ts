import type { Milliseconds, Random } from '@spark-perf/core';
import type { PickableServer, PickContext, Picker } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';
import { twoOf } from '../picking/two-of.js';

/** Beyond it two choices are as good and cost less. */
const FULL_SCAN = 32;

/**
 * The least peak-EWMA response time × (requests under way + 1), for its weight. Never the time alone: all would
 * herd to the fastest. Looks at every server up to 32, at two by chance above.
 */
export class ResponseTimePicker<S extends PickableServer> implements Picker<S> {
  #start = 0;

  constructor(
    readonly random: Random,
    /** Up to this many servers all are looked at. @default 32 */
    readonly fullScan: number = FULL_SCAN,
  ) {}

  pick(servers: readonly S[], { now }: PickContext): S {
    const count = servers.length;
    if (count > this.fullScan && count > 1) return this.#ofTwo(servers, now);
    // Ties go round: fresh servers all cost nothing.
    this.#start = (this.#start + 1) % count;
    let best: S | undefined;
    let least = Infinity;
    for (let i = 0, index = this.#start; i < count; i++, index = index + 1 === count ? 0 : index + 1) {
      const server = servers[index]!;
      const load = server.latency.load(now, server.activeConnections) / server.weight;
      if (load < least) {
        least = load;
        best = server;
      }
    }
    return best ?? firstOf(servers);
  }

  #ofTwo(servers: readonly S[], now: Milliseconds): S {
    const count = servers.length;
    const pair = twoOf(count, this.random);
    const a = servers[Math.floor(pair / count)]!;
    const b = servers[pair % count]!;
    const loadA = a.latency.load(now, a.activeConnections) / a.weight;
    const loadB = b.latency.load(now, b.activeConnections) / b.weight;
    return loadA <= loadB ? a : b;
  }
}
