import type { Milliseconds } from '@spark-perf/core';
import type { NoPick } from '../servers/server-list.js';
import type { UpstreamServer } from '../servers/upstream-server.js';
import type { Exchange } from './exchange.js';

/** Whom to ask; `failed` when a picker or a key function of the user's has thrown. */
export function pickServer(
  { ctx, engine, tried }: Exchange,
  now: Milliseconds,
): UpstreamServer | NoPick | 'failed' {
  try {
    return engine.servers.pick(now, ctx, tried);
  } catch (error) {
    engine.events.emit('hookFailed', { error });
    return 'failed';
  }
}
