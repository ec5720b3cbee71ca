import type { Clock, Milliseconds } from '@spark-perf/core';
import { delay } from '@spark-perf/core';
import { Session } from 'node:inspector';
import type { ProfileTask } from './profile-task.js';

/** Microseconds between two samples of the stack. */
const CPU_SAMPLING = 1_000;
/** Bytes between two samples of an allocation. */
const HEAP_SAMPLING = 32 * 1024;

/**
 * A profile of the next `duration` of this process, as JSON that DevTools and speedscope open. An abort ends it early
 * and rejects. The inspector's session ends with it, whatever happens: one left open would profile for ever.
 */
export async function makeProfile(
  clock: Clock,
  task: ProfileTask,
  duration: Milliseconds,
  signal: AbortSignal,
): Promise<string> {
  const session = new Session();
  session.connect();
  try {
    if (task === 'cpu-profile') {
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: CPU_SAMPLING });
      session.post('Profiler.start');
    } else {
      session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLING });
    }
    await delay(clock, duration, { signal });
    const { profile } = await stop(session, task);
    return JSON.stringify(profile);
  } finally {
    session.disconnect();
  }
}

function stop(session: Session, task: ProfileTask): Promise<{ profile: object }> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: { profile: object }): void =>
      error ? reject(error) : resolve(result);
    if (task === 'cpu-profile') session.post('Profiler.stop', done);
    else session.post('HeapProfiler.stopSampling', done);
  });
}
