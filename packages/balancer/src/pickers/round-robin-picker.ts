import type { PickableServer, Picker } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';

/** One after the other. O(1). */
export class RoundRobinPicker<S extends PickableServer> implements Picker<S> {
  #next = 0;

  pick(servers: readonly S[]): S {
    const index = this.#next % servers.length;
    this.#next = index + 1;
    return servers[index] ?? firstOf(servers);
  }
}
