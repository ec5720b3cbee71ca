import type { Bytes } from '@spark-perf/core';
import { Session } from 'node:inspector';
import type { HeapProfiler } from 'node:inspector';

/** A function, and the sampled bytes it allocated that are still alive. */
export interface AllocationSite {
  readonly functionName: string;
  /** The script and line, `file.js:12`; without the script's folder. */
  readonly location: string;
  readonly bytes: Bytes;
}

/** One sample for so many bytes: its cost can't be measured. */
const SAMPLING_INTERVAL = 128 * 1024;
const MOST = 5;

/** Samples allocations while it runs; of those, what is still alive tells where a leak is fed. */
export class AllocationSites {
  #session: Session | undefined;

  start(): void {
    if (this.#session !== undefined) return;
    this.#session = new Session();
    this.#session.connect();
    this.#session.post('HeapProfiler.startSampling', { samplingInterval: SAMPLING_INTERVAL });
  }

  /** The functions that hold most, at most five. A session in the same thread answers at once. */
  top(): AllocationSite[] {
    let sites: AllocationSite[] = [];
    this.#session?.post('HeapProfiler.getSamplingProfile', (error, answer) => {
      if (error === null) sites = sitesOf(answer.profile.head);
    });
    return sites;
  }

  stop(): void {
    this.#session?.disconnect();
    this.#session = undefined;
  }
}

function sitesOf(head: HeapProfiler.SamplingHeapProfileNode): AllocationSite[] {
  const sites: AllocationSite[] = [];
  const open = [head];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    open.push(...node.children);
    if (node.selfSize === 0) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const file = url.slice(url.lastIndexOf('/') + 1);
    sites.push({
      functionName: functionName || '(anonymous)',
      location: `${file}:${lineNumber + 1}`,
      bytes: node.selfSize,
    });
  }
  return sites.sort((a, b) => b.bytes - a.bytes).slice(0, MOST);
}
