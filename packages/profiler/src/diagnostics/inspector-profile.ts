import type { Clock, Milliseconds } from '@spark-perf/core';
import { delay } from '@spark-perf/core';
import { Session } from 'node:inspector';
import type { HeapProfiler, Profiler } from 'node:inspector';

/** One sample per so many allocated bytes, as DevTools does. */
const HEAP_SAMPLING = 32 * 1024;
/** One sample per so many µs, as V8 does by default: ten times as often costs ten times as much. */
const CPU_SAMPLING = 1_000;

/** A CPU profile of the next `duration`, as DevTools' `.cpuprofile`. An abort ends it early and rejects. */
export function cpuProfile(
  clock: Clock,
  duration: Milliseconds,
  signal: AbortSignal,
): Promise<Profiler.Profile> {
  return withSession(async (session) => {
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: CPU_SAMPLING });
    session.post('Profiler.start');
    await delay(clock, duration, { signal });
    return new Promise((resolve, reject) => {
      session.post('Profiler.stop', (error, answer) => (error ? reject(error) : resolve(answer.profile)));
    });
  });
}

/** A sample of what the next `duration` allocates and keeps, as DevTools' `.heapprofile`. */
export function allocationProfile(
  clock: Clock,
  duration: Milliseconds,
  signal: AbortSignal,
): Promise<HeapProfiler.SamplingHeapProfile> {
  return withSession(async (session) => {
    session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLING });
    await delay(clock, duration, { signal });
    return new Promise((resolve, reject) => {
      session.post('HeapProfiler.stopSampling', (error, answer) =>
        error ? reject(error) : resolve(answer.profile),
      );
    });
  });
}

/** A session ends with its work, whatever happens: one left open would profile for ever. */
async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  try {
    return await work(session);
  } finally {
    session.disconnect();
  }
}
