import type { Bytes } from '@spark-perf/core';

/** One reading of the process's memory. */
export interface MemoryReading {
  readonly heapUsed: Bytes;
  readonly heapTotal: Bytes;
  readonly external: Bytes;
  readonly rss: Bytes;
}

/** The major collections since they were last asked for. */
export interface MajorCollections {
  readonly count: number;
  /** The smallest heap left by one of them: what is alive. */
  readonly liveHeap: Bytes;
  /** The smallest external memory left by one of them. */
  readonly external: Bytes;
}

/** Where the detector has its figures from. */
export interface MemorySource {
  read(): MemoryReading;
  /** Begins to follow collections. Idempotent. */
  start(): void;
  /** The major collections since the last call. */
  takeMajors(): MajorCollections;
  /** Lets go of what following them has gathered; called at least every 30 s. */
  rotate(): void;
  stop(): void;
  /** What the heap may grow to. */
  heapLimit(): Bytes;
  /** What the process may grow to. */
  memoryLimit(): Bytes;
}
