import type { Bytes } from '@spark-perf/core';
import { totalmem } from 'node:os';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { MajorCollections, MemoryReading, MemorySource } from './memory-source.js';

const NONE: MajorCollections = Object.freeze({ count: 0, liveHeap: Infinity, external: Infinity });

/** This process, by V8's own record of its collections. The record grows by about 3 KB with each until it is rotated. */
export class V8MemorySource implements MemorySource {
  #profiler: GCProfiler | undefined;
  #majors = NONE;

  read(): MemoryReading {
    const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
    return { heapUsed, heapTotal, external, rss };
  }

  start(): void {
    if (this.#profiler !== undefined) return;
    this.#profiler = new GCProfiler();
    this.#profiler.start();
  }

  takeMajors(): MajorCollections {
    this.rotate();
    const majors = this.#majors;
    this.#majors = NONE;
    return majors;
  }

  rotate(): void {
    if (this.#profiler === undefined) return;
    this.stop();
    this.start();
  }

  stop(): void {
    for (const { gcType, afterGC } of this.#profiler?.stop()?.statistics ?? []) {
      if (gcType !== 'MarkSweepCompact') continue;
      const { usedHeapSize, externalMemory } = afterGC.heapStatistics;
      this.#majors = {
        count: this.#majors.count + 1,
        liveHeap: Math.min(this.#majors.liveHeap, usedHeapSize),
        external: Math.min(this.#majors.external, externalMemory),
      };
    }
    this.#profiler = undefined;
  }

  heapLimit(): Bytes {
    return getHeapStatistics().heap_size_limit;
  }

  memoryLimit(): Bytes {
    // 0 or a number beyond the machine's memory: the process has no limit of its own.
    const constrained = process.constrainedMemory?.() ?? 0;
    return constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  }
}
