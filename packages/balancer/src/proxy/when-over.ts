import type { Context } from '@spark-perf/core';

/** Calls `listener` when the response is over, sent or not, or at once when its client has left already. */
export function whenOver({ req, res }: Context, listener: () => void): void {
  if (res.destroyed || req.socket.destroyed) {
    listener();
    return;
  }
  res.on('close', listener);
  // Behind another request of its connection: when that is lost, Node tells the request alone.
  if (res.socket === null)
    req.on('close', () => {
      if (req.socket.destroyed) listener();
    });
}
