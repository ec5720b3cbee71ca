import type { Milliseconds } from '@spark-perf/core';

/** Requests so far, and how many came a second since the look before. */
export interface Load {
  /** `Infinity` without a source: nobody waits for requests then. */
  readonly count: number;
  readonly rate: number | undefined;
}

/** Turns a running count of requests into a rate between two looks. */
export class RequestLoad {
  #last: { readonly at: Milliseconds; readonly count: number } | undefined;

  constructor(readonly requests: (() => number) | undefined) {}

  look(now: Milliseconds): Load {
    if (this.requests === undefined) return { count: Infinity, rate: undefined };
    const count = this.requests();
    const last = this.#last;
    this.#last = { at: now, count };
    if (last === undefined || now <= last.at) return { count, rate: undefined };
    return { count, rate: ((count - last.count) * 1_000) / (now - last.at) };
  }
}
