import type { Clock, Milliseconds } from '@spark-perf/core';
import { withDeadline } from '@spark-perf/core';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for so long is let go. */
const STALLED: Milliseconds = 30_000;

/** Waits until more can be written. `false` when the client has left, or was let go because it takes nothing. */
export async function drained(res: ServerResponse, clock: Clock): Promise<boolean> {
  const given = new AbortController();
  const { signal } = given;
  const ignored = (): undefined => undefined;
  const wait = Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })]);
  try {
    await withDeadline(clock, wait, STALLED, {
      onTimeout: () => new Error('The reader stalled'),
      ref: false,
    });
  } catch {
    res.destroy();
  } finally {
    wait.catch(ignored);
    given.abort();
  }
  return !res.destroyed;
}
