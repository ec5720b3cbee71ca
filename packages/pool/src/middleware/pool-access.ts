import type { ServerResponse } from 'node:http';
import type { Emitter } from '@spark-perf/core';
import type { ConnectionPoolEvents } from '../events.js';
import type { ConnectionFactory } from '../factory.js';
import type { Lease } from '../lease.js';
import type { AcquireOptions } from '../options.js';
import type { ResolvedOptions } from '../resolve-options.js';
import type { RequestSession } from './request-session.js';

/** What of a pool its middleware needs. */
export interface PoolAccess<T> {
  readonly factory: ConnectionFactory<T>;
  readonly options: ResolvedOptions;
  readonly events: Emitter<ConnectionPoolEvents<T>>;
  /** One for each request, whatever installs the middleware twice. */
  readonly sessions: WeakMap<ServerResponse, RequestSession<T>>;
  lease(options: AcquireOptions): Promise<Lease<T>>;
}
