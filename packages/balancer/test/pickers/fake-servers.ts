import type { PickableServer } from '../../src/index.js';
import { PeakEwma } from '../../src/index.js';

export type FakeServer = { -readonly [K in keyof PickableServer]: PickableServer[K] };

/** Servers with these weights, idle. */
export function fakeServers(weights: readonly number[]): FakeServer[] {
  return weights.map((weight, index) => ({
    id: `server-${index}`,
    weight,
    activeConnections: 0,
    latency: new PeakEwma(),
  }));
}
