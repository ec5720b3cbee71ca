import { hash32, mix32 } from '../picking/hash.js';
import type { PickableServer } from '../picking/picker.js';
import { firstOf } from '../picking/picker.js';
import { isWithin, loadBound } from './load-bound.js';

/**
 * Highest random weight: a key goes to the server that scores highest for it. When a server leaves, only its own
 * keys move. O(servers). Source: D. Thaler and C. Ravishankar, "Using name-based mappings to increase hit rates"
 * (1998); weighted by −w ÷ ln(u).
 */
export class RendezvousPicker<S extends PickableServer> {
  #servers: readonly S[] | undefined;
  #seeds: number[] = [];

  pickKey(servers: readonly S[], key: string): S {
    if (servers !== this.#servers) {
      this.#servers = servers;
      this.#seeds = servers.map((server) => hash32(server.id));
    }
    const hash = hash32(key, 0x9747b28c);
    const bound = loadBound(servers);
    let best: S | undefined;
    let top = -Infinity;
    let open: S | undefined;
    let topOpen = -Infinity;
    for (let i = 0; i < servers.length; i++) {
      const server = servers[i]!;
      const unit = (mix32(hash ^ this.#seeds[i]!) + 0.5) / 2 ** 32;
      const score = -server.weight / Math.log(unit);
      if (score > top) {
        top = score;
        best = server;
      }
      if (score > topOpen && isWithin(server, bound)) {
        topOpen = score;
        open = server;
      }
    }
    return open ?? best ?? firstOf(servers);
  }
}
