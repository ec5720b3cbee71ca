import type { Random } from '@spark-perf/core';
import type { PickableServer, Picker } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';

/** By chance, in proportion to the weights. O(servers). */
export class RandomPicker<S extends PickableServer> implements Picker<S> {
  constructor(readonly random: Random) {}

  pick(servers: readonly S[]): S {
    let total = 0;
    for (const server of servers) total += server.weight;
    let rest = this.random() * total;
    for (const server of servers) {
      rest -= server.weight;
      if (rest < 0) return server;
    }
    return firstOf(servers);
  }
}
