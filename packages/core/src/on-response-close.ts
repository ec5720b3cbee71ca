import type { ServerResponse } from 'node:http';
import { onQueuedResponseLost } from './on-queued-response-lost.js';

/**
 * Tells once, when the response closes or is lost while it waits for its turn on the connection, whether all of it was
 * handed to the operating system for the client.
 *
 * `writableFinished` alone does not tell: Node emits `finish` also when the socket was destroyed with the body
 * still queued (its write callbacks are called all the same), and the response then claims to have finished.
 */
export function onResponseClose(res: ServerResponse, listener: (delivered: boolean) => void): void {
  let delivered = false;
  // `on`, not `once`: both events come once, and a wrapper per listener is half the cost of this function.
  res.on('finish', () => {
    // `res.socket` is detached by now; the request keeps it.
    delivered = !res.req.socket.destroyed;
  });
  res.on('close', () => listener(delivered));
  if (res.socket === null) onQueuedResponseLost(res, () => listener(false));
}
