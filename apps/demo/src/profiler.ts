import { MemoryLeakDetector, RequestProfiler, RuntimeMonitor } from '@spark-perf/profiler';

/** What a process knows about its own requests, event loop and memory. */
export interface Profiling {
  readonly profiler: RequestProfiler;
  readonly runtime: RuntimeMonitor;
  readonly memory: MemoryLeakDetector;
  close(): Promise<void>;
}

/** Counts every request, keeps detail of slow and failed ones, watches the event loop and the heap. */
export function startProfiling(): Profiling {
  const profiler = new RequestProfiler({ sampleRate: 0.1, slowThreshold: 500, criticalThreshold: 2_000 });
  const runtime = new RuntimeMonitor().start();
  const memory = new MemoryLeakDetector({ checkInterval: 30_000, heapThreshold: 512 * 1024 * 1024 });
  memory.start();
  return {
    profiler,
    runtime,
    memory,
    async close() {
      memory.stop();
      await Promise.all([profiler.close(), runtime.close(), memory.close()]);
    },
  };
}
