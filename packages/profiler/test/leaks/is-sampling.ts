import { Session } from 'node:inspector';

/** Whether V8 samples the allocations of this process. */
export function isSampling(): boolean {
  const session = new Session();
  session.connect();
  let sampling = false;
  session.post('HeapProfiler.getSamplingProfile', (error) => (sampling = error === null));
  session.disconnect();
  return sampling;
}
