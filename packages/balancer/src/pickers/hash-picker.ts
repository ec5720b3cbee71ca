import type { Context } from '@spark-perf/core';
import { clientIp } from '@spark-perf/core';
import type { PickableServer, PickContext, Picker } from '../picking/picker.js';
import { MaglevPicker } from './maglev-picker.js';
import { RendezvousPicker } from './rendezvous-picker.js';
import { RoundRobinPicker } from './round-robin-picker.js';

/** Up to this many servers scoring each of them is cheaper than a table. */
const RENDEZVOUS_MAX = 64;

/**
 * The same key to the same server, as long as it has room: rendezvous hashing up to 64 servers, a Maglev table above.
 * A request without a key goes round.
 */
export class HashPicker<S extends PickableServer> implements Picker<S> {
  readonly #rendezvous = new RendezvousPicker<S>();
  readonly #maglev = new MaglevPicker<S>();
  readonly #roundRobin = new RoundRobinPicker<S>();

  constructor(readonly hashKey: (ctx: Context) => unknown = (ctx) => clientIp(ctx)) {}

  pick(servers: readonly S[], { ctx }: PickContext): S {
    const key = ctx === undefined ? undefined : this.hashKey(ctx);
    if (key === undefined || key === null || key === '') return this.#roundRobin.pick(servers);
    const text = typeof key === 'string' ? key : String(key);
    return servers.length > RENDEZVOUS_MAX
      ? this.#maglev.pickKey(servers, text)
      : this.#rendezvous.pickKey(servers, text);
  }
}
