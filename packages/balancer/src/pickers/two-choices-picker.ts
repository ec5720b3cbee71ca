import type { Random } from '@spark-perf/core';
import type { PickableServer, Picker } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';
import { twoOf } from '../picking/two-of.js';

/**
 * The less busy of two by chance. O(1). Source: M. Mitzenmacher, "The Power of Two Choices in Randomized Load
 * Balancing" (2001).
 */
export class TwoChoicesPicker<S extends PickableServer> implements Picker<S> {
  constructor(readonly random: Random) {}

  pick(servers: readonly S[]): S {
    const count = servers.length;
    if (count < 2) return firstOf(servers);
    const pair = twoOf(count, this.random);
    const a = servers[Math.floor(pair / count)]!;
    const b = servers[pair % count]!;
    return (a.activeConnections + 1) / a.weight <= (b.activeConnections + 1) / b.weight ? a : b;
  }
}
