import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** On a connection: what to call when it is lost. Shared with other copies of this package. */
const QUEUED = Symbol.for('@spark-perf/core.queued');

type Connection = Socket & { [QUEUED]?: Set<() => void> };

/**
 * Calls `listener` when the connection of a pipelined response is lost before the response's turn has come: of that Node
 * tells only the response whose turn it is. Does nothing for one that has its connection, which gets `close`. However many
 * wait, there is one listener on the connection.
 */
export function onQueuedResponseLost(res: ServerResponse, listener: () => void): void {
  if (res.socket !== null || res.writableFinished) return;
  const connection = res.req.socket as Connection | undefined;
  if (connection === undefined) return; // made by hand, as for a test
  if (connection.destroyed) {
    process.nextTick(listener);
    return;
  }
  const queued = (connection[QUEUED] ??= watch(connection));
  const own = (): void => {
    // One whose turn has come, or is over, gets `close`.
    if (res.socket === null && !res.writableFinished) listener();
  };
  queued.add(own);
  res.on('close', () => queued.delete(own));
}

function watch(connection: Connection): Set<() => void> {
  const queued = new Set<() => void>();
  connection.on('close', () => {
    for (const onLost of queued) onLost();
  });
  return queued;
}
