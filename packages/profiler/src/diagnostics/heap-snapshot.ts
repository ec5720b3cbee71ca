import type { Bytes, Clock, Context } from '@spark-perf/core';
import { freemem } from 'node:os';
import { getHeapSnapshot } from 'node:v8';
import { drained } from '../drained.js';
import { stopFollowingObjects } from './stop-following-objects.js';

/** Making a snapshot takes about as much memory as the heap has, and again for its nodes. */
const NEEDED = 2;

/** What the machine has left, or the process's own limit, where that is less. */
export function freeMemory(): Bytes {
  const limit = process.constrainedMemory?.() ?? 0;
  const left = limit > 0 ? limit - process.memoryUsage.rss() : Infinity;
  return Math.max(0, Math.min(freemem(), left));
}

/** Whether there is memory enough for a snapshot. */
export function hasRoomForSnapshot(free: Bytes): boolean {
  return free >= NEEDED * process.memoryUsage().heapUsed;
}

/**
 * Streams a heap snapshot. The process stands still while it is made; a client that leaves, or takes nothing for 30 s,
 * ends it: what it has not taken is held in memory.
 */
export async function sendHeapSnapshot(
  ctx: Context,
  clock: Clock,
  make: () => AsyncIterable<Buffer> = getHeapSnapshot,
): Promise<void> {
  const { res } = ctx;
  ctx.responded = true;
  ctx.statusCode = res.statusCode = 200;
  try {
    for await (const chunk of make()) {
      if (res.destroyed) return;
      if (!res.write(chunk) && !(await drained(res, clock))) return;
    }
    res.end();
  } catch {
    res.destroy();
  } finally {
    stopFollowingObjects();
  }
}
