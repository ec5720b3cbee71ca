import type { Clock, Milliseconds } from '@spark-perf/core';
import { onQueuedResponseLost } from '@spark-perf/core';
import type { ServerResponse } from 'node:http';
import type { ScopeHost } from './request-scope.js';
import { RequestScope } from './request-scope.js';

/** Where a response keeps its scope. Whoever made it ends it. */
const SCOPE: unique symbol = Symbol('@spark-perf/lifecycle/scope');

type ScopedResponse = ServerResponse & { [SCOPE]?: RequestScope | undefined };

/** The request scopes of one `middleware()`: made on the first `addResource`, ended when the response closes. */
export class RequestScopes implements ScopeHost {
  #open = 0;
  #ended = 0;
  #whenNone: (() => void) | undefined;

  constructor(
    readonly clock: Clock,
    readonly timeout: Milliseconds,
    readonly onError: (error: unknown) => void,
  ) {}

  /** Requests that hold resources or are still cleaning them. */
  get open(): number {
    return this.#open;
  }

  get ended(): number {
    return this.#ended;
  }

  add(res: ServerResponse, resource: unknown, cleanup: (resource: unknown) => unknown): void {
    const scoped = res as ScopedResponse;
    const known = scoped[SCOPE];
    if (known !== undefined) {
      known.push(resource, cleanup);
      return;
    }
    const scope = new RequestScope(this);
    scope.push(resource, cleanup);
    this.#open += 1;
    if (res.writableFinished || res.destroyed || res.closed) return scope.end();
    scoped[SCOPE] = scope;
    res.on('close', endScope);
    if (res.socket === null) onQueuedResponseLost(res, () => endScope.call(scoped));
  }

  /** Resolves once no request holds anything. */
  whenNone(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenNone = resolve;
    });
  }

  onEnd(): void {
    this.#open -= 1;
    this.#ended += 1;
    if (this.#open === 0) this.#whenNone?.();
  }
}

/** One function for all responses: `this` is the response. Node emits `close` after `finish`, and when it is cut. */
function endScope(this: ScopedResponse): void {
  const scope = this[SCOPE];
  this[SCOPE] = undefined;
  scope?.end();
}
