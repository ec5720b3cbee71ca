import type { Bytes, Context } from '@spark-perf/core';
import { freemem } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { getHeapSnapshot } from 'node:v8';

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

/** Streams a heap snapshot. The process stands still while it is made; a client that leaves ends it. */
export async function sendHeapSnapshot(ctx: Context): Promise<void> {
  const { res } = ctx;
  ctx.responded = true;
  ctx.statusCode = res.statusCode = 200;
  try {
    await pipeline(getHeapSnapshot(), res);
  } catch {
    res.destroy();
  }
}
