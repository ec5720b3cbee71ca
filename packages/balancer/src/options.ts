import type {
  Bytes,
  Clock,
  Context,
  Logger,
  Milliseconds,
  Random,
  Ratio,
  TrustProxy,
} from '@spark-perf/core';
import type { HealthCheckOptions } from './health/health-check-options.js';
import type { OutlierOptions } from './health/outlier-options.js';
import type { SlowStartOptions } from './health/slow-start.js';
import type { AlgorithmName } from './picking/create-picker.js';
import type { Picker } from './picking/picker.js';
import type { StickyOptions } from './picking/sticky-cookie.js';
import type { ForwardedMode } from './proxy/forwarded-fields.js';
import type { OutgoingRequest, IncomingResponse } from './proxy/hooks.js';
import type { TransportFactory } from './transport/upstream-transport.js';

/** Deadlines of one attempt, and of the whole request. 0 is none. */
export interface TimeoutOptions {
  /** For a connection, TLS included; and for a `beforeRequest` that returns a promise. @default 5,000 */
  readonly connect?: Milliseconds | undefined;
  /**
   * From the last byte sent to the head of the final answer. A `102 Processing` begins it anew, which is what a server
   * sends it for; a 103 does not. All interim answers to a request may amount to 64 KiB, so that it ends.
   * @default 30,000
   */
  readonly firstByte?: Milliseconds | undefined;
  /**
   * Without a byte in either direction, once the answer has begun, while an upload is under way, and until a client
   * has read the rest of its answer. @default 60,000
   */
  readonly idle?: Milliseconds | undefined;
  /** For the request with all its attempts. @default 0 (none) */
  readonly total?: Milliseconds | undefined;
}

export interface QueueOptions {
  /** Most requests that wait while all servers are at `maxConnections`. @default 1,000 */
  readonly limit?: number | undefined;
  /** The longest wait. @default 10,000 */
  readonly timeout?: Milliseconds | undefined;
}

export interface RetryOptions {
  /** Share of the requests of the last 10 s that may be retried. @default 0.2 */
  readonly budget?: Ratio | undefined;
  /** Retries that any second allows, whatever the budget. @default 3 */
  readonly minPerSecond?: number | undefined;
  /** Most attempts of one request. @default one per server */
  readonly attempts?: number | undefined;
}

export interface LoadBalancerOptions {
  /** How servers are chosen, or a picker of your own. @default 'round-robin' */
  readonly algorithm?: AlgorithmName | Picker | undefined;
  /** The key of `algorithm: 'hash'`. @default the client's address */
  readonly hashKey?: ((ctx: Context) => unknown) | undefined;
  /** Keeps a client on its server by a signed cookie. @default false */
  readonly sticky?: StickyOptions | boolean | undefined;
  /** Between two active checks of a server. @default 30,000 */
  readonly healthCheckInterval?: Milliseconds | undefined;
  /** Of one check as a whole. @default 5,000 */
  readonly healthCheckTimeout?: Milliseconds | undefined;
  /** Active checks; false: none. @default GET /health */
  readonly health?: HealthCheckOptions | false | undefined;
  /** Ejection by live traffic; false: none. @default on, with the defaults of `OutlierOptions` */
  readonly outlier?: OutlierOptions | false | undefined;
  /** Share of the servers that live traffic may eject; one always may be. @default 0.5 */
  readonly maxEjectionRatio?: Ratio | undefined;
  /** A growing share for servers that join after the first request, or recover. @default none */
  readonly slowStart?: SlowStartOptions | undefined;
  /** Where requests wait while every server is at its `maxConnections`. @default 1,000 places, 10,000 ms */
  readonly queue?: QueueOptions | undefined;
  /** How much may be retried. @default 20 % of the requests, at least 3 a second */
  readonly retry?: RetryOptions | undefined;
  /** Statuses of answers that are retried, of 502, 503 and 504. @default [] */
  readonly retryOn?: readonly (502 | 503 | 504)[] | undefined;
  /** Most of a request body that is kept for a retry. @default 65,536 */
  readonly retryBodyLimit?: Bytes | undefined;
  /** How long things may take. @default 5 s to connect, 30 s to the first byte, 60 s of silence */
  readonly timeouts?: TimeoutOptions | undefined;
  /**
   * Changes a request before it is sent; once per attempt. May return a promise. What it may not do (framing, fields of
   * the connection, line breaks), or an error, is a 500 and told as `hookFailed`. @default none
   */
  readonly beforeRequest?: ((request: OutgoingRequest, ctx: Context) => void | Promise<void>) | undefined;
  /** Changes the head of an answer before it is relayed, under the same rules; not that of a 101. @default none */
  readonly afterResponse?: ((response: IncomingResponse, ctx: Context) => void) | undefined;
  /** The path and query to ask for, from the raw ones with the mount's prefix cut off. @default unchanged */
  readonly rewritePath?: ((path: string, ctx: Context) => string) | undefined;
  /** Whether servers see the client's `Host` instead of their own. @default false */
  readonly preserveHost?: boolean | undefined;
  /** Which fields tell servers about the client. @default 'x-forwarded' */
  readonly forwarded?: ForwardedMode | undefined;
  /** Adds `Via` in both directions, with this name. @default false */
  readonly via?: boolean | string | undefined;
  /** Which proxies in front may say who the client is. @default none: what they sent is replaced */
  readonly trustProxy?: TrustProxy | undefined;
  /** What connects to servers. @default undici */
  readonly transport?: TransportFactory | undefined;
  /** @default says nothing */
  readonly logger?: Logger | undefined;
  /** Source of time. @default the system's */
  readonly clock?: Clock | undefined;
  /** Source of chance. @default the system's */
  readonly random?: Random | undefined;
}
