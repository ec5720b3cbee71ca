import type { PickableServer, Picker } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';

interface Share<S> {
  readonly server: S;
  current: number;
}

/**
 * Smooth weighted round robin: exact shares per cycle, spread evenly over it. Each pick gives every server its
 * weight, takes the richest and charges it the sum. O(servers). Source: nginx's upstream round robin (I. Sysoev).
 */
export class SmoothWeightedPicker<S extends PickableServer> implements Picker<S> {
  #servers: readonly S[] | undefined;
  #shares: Share<S>[] = [];

  pick(servers: readonly S[]): S {
    if (servers !== this.#servers) this.#adopt(servers);
    let total = 0;
    let best: Share<S> | undefined;
    for (const share of this.#shares) {
      const { weight } = share.server;
      total += weight;
      share.current += weight;
      if (best === undefined || share.current > best.current) best = share;
    }
    if (best === undefined) return firstOf(servers);
    best.current -= total;
    return best.server;
  }

  /** Those who stay keep their credit. */
  #adopt(servers: readonly S[]): void {
    const before = new Map(this.#shares.map((share) => [share.server, share]));
    this.#shares = servers.map((server) => before.get(server) ?? { server, current: 0 });
    this.#servers = servers;
  }
}
