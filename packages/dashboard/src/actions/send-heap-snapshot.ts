import type { Clock, Context, Milliseconds } from '@spark-perf/core';
import { freemem } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getHeapSnapshot } from 'node:v8';
import { stopFollowingObjects } from './stop-following-objects.js';

/** A snapshot needs about as much memory as the heap has, and again for its nodes. */
const NEEDED = 2;
/** A client that has not taken all of it by then is let go: what it leaves is held in memory. */
const LONGEST: Milliseconds = 600_000;

/** Whether there is memory enough for a snapshot: the machine's, or the process's own limit where that is less. */
export function hasRoomForSnapshot(): boolean {
  const { heapUsed, rss } = process.memoryUsage();
  const limit = process.constrainedMemory?.() ?? 0;
  const left = limit > 0 && limit < 2 ** 60 ? limit - rss : Infinity;
  return Math.min(freemem(), left) >= NEEDED * heapUsed;
}

/** Streams a heap snapshot, within ten minutes. The process stands still while it is made; a client that leaves ends it. */
export async function sendHeapSnapshot(
  ctx: Context,
  clock: Clock,
  make: () => Readable = getHeapSnapshot,
): Promise<void> {
  const { res } = ctx;
  ctx.responded = true;
  ctx.statusCode = res.statusCode = 200;
  res.setHeader('Content-Type', 'application/json');
  const deadline = clock.setTimeout(() => res.destroy(), LONGEST);
  try {
    await pipeline(make(), res);
  } catch {
    res.destroy();
  } finally {
    deadline.cancel();
    stopFollowingObjects();
  }
}
