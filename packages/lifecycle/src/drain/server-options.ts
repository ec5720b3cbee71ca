import type { Milliseconds } from '@spark-perf/core';
import { functionOption, numberOption, optionsObject } from '@spark-perf/core';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Options of `resources.server`. All durations are milliseconds. */
export interface ServerOptions {
  /**
   * How long an idle kept connection may still send one last request, which is answered with `Connection: close`,
   * before it is closed; at least 0.
   * @default 300
   */
  readonly linger?: Milliseconds | undefined;
  /**
   * How long the server goes on as before after readiness was switched off, for load balancers that notice late; at
   * least 0. Comes before, not out of, `timeout`.
   * @default 0
   */
  readonly readinessDelay?: Milliseconds | undefined;
  /**
   * How long the drain may take; more than 0. Whatever is open then is destroyed: running requests, upgraded
   * connections, unused ones, half-sent requests.
   * @default 10_000
   */
  readonly timeout?: Milliseconds | undefined;
  /**
   * Called once for each upgraded connection when the drain begins, and for those upgraded during it: the place to say
   * goodbye (for `ws`: find its WebSocket and `close(1001)` it).
   * @default upgraded connections are left alone until `timeout`
   */
  readonly closeUpgraded?: ((socket: Socket, request: IncomingMessage) => unknown) | undefined;
}

export interface ResolvedServerOptions {
  readonly linger: Milliseconds;
  readonly readinessDelay: Milliseconds;
  readonly timeout: Milliseconds;
  readonly closeUpgraded: ((socket: Socket, request: IncomingMessage) => unknown) | undefined;
}

/** The defaults of `ServerOptions`. */
export const SERVER_DEFAULTS = Object.freeze({ linger: 300, readinessDelay: 0, timeout: 10_000 });

/** Validates the options and fills in the defaults. @throws InvalidOptionError */
export function resolveServerOptions(raw?: ServerOptions): ResolvedServerOptions {
  const options = optionsObject('options', raw, [...Object.keys(SERVER_DEFAULTS), 'closeUpgraded']);
  return {
    linger: numberOption('linger', options.linger, SERVER_DEFAULTS.linger),
    readinessDelay: numberOption('readinessDelay', options.readinessDelay, SERVER_DEFAULTS.readinessDelay),
    timeout: numberOption('timeout', options.timeout, SERVER_DEFAULTS.timeout, { min: 1 }),
    closeUpgraded: functionOption<(socket: Socket, request: IncomingMessage) => unknown, undefined>(
      'closeUpgraded',
      options.closeUpgraded,
      undefined,
    ),
  };
}
