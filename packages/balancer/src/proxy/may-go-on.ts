import type { ServerResponse } from 'node:http';
import { OutgoingMessage } from 'node:http';
import type { Bytes } from '@spark-perf/core';

/** With what is read at a time, the most of a body that waits here for a client that does not read: 64 KiB. */
const QUEUE: Bytes = 16_384;

/** Whether nobody has wrapped `write`: only Node itself is known to be done with a chunk once it is written. */
export const isPlain = (res: ServerResponse): boolean => res.write === OutgoingMessage.prototype.write;

/**
 * Whether more may come after a chunk that was written: the system has taken all of it, or it is little and can wait
 * for the end of the turn, to which Node holds writes back. Without the look at the system a pause for each chunk would
 * cost the transport a copy of the next ones.
 *
 * @param more what `res.write` has returned: the word of whoever has wrapped it
 */
export function mayGoOn(res: ServerResponse, more: boolean, lent: boolean): boolean {
  if (!isPlain(res)) return more;
  if (!lent && res.writableLength < QUEUE) return true;
  res.socket?.uncork();
  return res.writableLength === 0;
}
