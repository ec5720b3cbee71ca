import type { PickableServer } from '../picking/picker.js';

/** How far above its fair share of the requests under way a server may be. */
const BALANCE = 1.25;

/**
 * The most requests each unit of weight may carry, one more included. A server above it passes its keys on. Source:
 * V. Mirrokni et al., "Consistent Hashing with Bounded Loads" (2016).
 */
export function loadBound(servers: readonly PickableServer[]): number {
  let active = 1;
  let weight = 0;
  for (const server of servers) {
    active += server.activeConnections;
    weight += server.weight;
  }
  return (BALANCE * active) / weight;
}

/** Whether `server` can take one more request within `bound`. */
export function isWithin(server: PickableServer, bound: number): boolean {
  return server.activeConnections < Math.ceil(bound * server.weight);
}
