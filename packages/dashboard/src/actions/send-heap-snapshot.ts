import type { Context } from '@spark-perf/core';
import { freemem } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { getHeapSnapshot } from 'node:v8';
import { stopFollowingObjects } from './stop-following-objects.js';

/** A snapshot needs about as much memory as the heap has, and again for its nodes. */
const NEEDED = 2;

/** Whether there is memory enough for a snapshot: the machine's, or the process's own limit where that is less. */
export function hasRoomForSnapshot(): boolean {
  const { heapUsed, rss } = process.memoryUsage();
  const limit = process.constrainedMemory?.() ?? 0;
  const left = limit > 0 && limit < 2 ** 60 ? limit - rss : Infinity;
  return Math.min(freemem(), left) >= NEEDED * heapUsed;
}

/** Streams a heap snapshot. The process stands still while it is made; a client that leaves ends it. */
export async function sendHeapSnapshot(ctx: Context): Promise<void> {
  const { res } = ctx;
  ctx.responded = true;
  ctx.statusCode = res.statusCode = 200;
  res.setHeader('Content-Type', 'application/json');
  try {
    await pipeline(getHeapSnapshot(), res);
  } catch {
    res.destroy();
  } finally {
    stopFollowingObjects();
  }
}
