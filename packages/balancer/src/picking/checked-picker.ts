import type { PickableServer, PickContext, Picker } from './picker.js';

/** A user's picker, whose choice must be one of those it was given: anything else would be sent to a stranger. */
export class CheckedPicker<S extends PickableServer> implements Picker<S> {
  constructor(readonly picker: Picker) {}

  /** @throws TypeError */
  pick(servers: readonly S[], request: PickContext): S {
    const picked = this.picker.pick(servers, request);
    if (!servers.includes(picked as S))
      throw new TypeError('A picker chose none of the servers it was given');
    return picked as S;
  }
}
