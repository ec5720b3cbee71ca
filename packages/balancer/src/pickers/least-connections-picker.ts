import type { PickableServer, Picker } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';

/**
 * The fewest requests under way for its weight; ties go round. O(servers). Several balancers in front of the same
 * servers each know only their own requests: prefer `response-time` there.
 */
export class LeastConnectionsPicker<S extends PickableServer> implements Picker<S> {
  #start = 0;

  pick(servers: readonly S[]): S {
    const count = servers.length;
    this.#start = (this.#start + 1) % count;
    let best: S | undefined;
    let least = Infinity;
    for (let i = 0, index = this.#start; i < count; i++, index = index + 1 === count ? 0 : index + 1) {
      const server = servers[index]!;
      const load = (server.activeConnections + 1) / server.weight;
      if (load < least) {
        least = load;
        best = server;
      }
    }
    return best ?? firstOf(servers);
  }
}
