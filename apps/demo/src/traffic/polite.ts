import type { Clock } from '@spark-perf/core';
import { delay } from '@spark-perf/core';
import type { Call, Client, Reply } from './client.js';
import type { Tally } from './tally.js';

/** What a polite client tries again: the server said so, or will be there again in a moment. */
const RETRIED = new Set([409, 429, 502, 503, 504]);
const ATTEMPTS = 20;

/**
 * Sends a call until it has a final answer: with the same `Idempotency-Key` for a POST, so that nothing happens twice. A
 * GET may be sent again as it is. What has no good answer then is a failure.
 */
export async function politely(
  client: Client,
  call: Call,
  tally: Tally,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  let last = 'no answer';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) {
      tally.retries++;
      await delay(clock, Math.min(1_500, 50 * 2 ** attempt));
    }
    const start = clock.now();
    try {
      const reply = await client.send(call);
      tally.reply(reply, clock.now() - start);
      if (reply.status < 400) return reply;
      last = `${reply.status} ${reply.body.slice(0, 120)}`;
      if (!RETRIED.has(reply.status)) break;
    } catch (error) {
      last = (error as Error).message;
    }
    if (signal.aborted && attempt > 3) return undefined; // the system is going down around us
  }
  tally.failure(`${call.method ?? 'GET'} ${call.path}: ${last}`);
  return undefined;
}
