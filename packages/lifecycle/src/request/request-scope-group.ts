import type { Clock, Emitter, Milliseconds } from '@spark-perf/core';
import { numberOption, optionsObject } from '@spark-perf/core';
import type { ResourceManagerEvents } from '../events.js';
import type { RequestScopeOptions } from './request-scope-options.js';
import { RequestScopes } from './request-scopes.js';

/** The request scopes of all `middleware()`s of a manager. */
export class RequestScopeGroup {
  readonly #all = new Set<RequestScopes>();
  readonly #clock: Clock;
  readonly #events: Emitter<ResourceManagerEvents>;
  #errors = 0;

  constructor(clock: Clock, events: Emitter<ResourceManagerEvents>) {
    this.#clock = clock;
    this.#events = events;
  }

  /** @throws InvalidOptionError */
  create(options: RequestScopeOptions | undefined, cleanupTimeout: Milliseconds): RequestScopes {
    const { timeout } = optionsObject('options', options, ['timeout']);
    const limit = numberOption('timeout', timeout, cleanupTimeout, { min: 1 });
    const scopes = new RequestScopes(this.#clock, limit, (error) => {
      this.#errors += 1;
      this.#events.emit('cleanupError', { scope: 'request', resource: 'request', error });
    });
    this.#all.add(scopes);
    return scopes;
  }

  stats(): { readonly open: number; readonly ended: number; readonly errors: number } {
    let open = 0;
    let ended = 0;
    for (const scopes of this.#all) {
      open += scopes.open;
      ended += scopes.ended;
    }
    return { open, ended, errors: this.#errors };
  }

  /** Resolves once no request holds anything. */
  async whenNone(): Promise<void> {
    await Promise.all([...this.#all].map((scopes) => scopes.whenNone()));
  }
}
