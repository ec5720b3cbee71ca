import type { Context } from '@spark-perf/core';
import { onQueuedResponseLost } from '@spark-perf/core';

/** Calls `listener` when the response is over, sent or not, or at once when its client has left already. */
export function whenOver({ req, res }: Context, listener: () => void): void {
  if (res.destroyed || req.socket.destroyed) {
    listener();
    return;
  }
  res.on('close', listener);
  onQueuedResponseLost(res, listener);
}
