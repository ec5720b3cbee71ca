import type { WindowPolicy } from '../policy.js';
import { LogCounter } from './log-counter.js';
import { RingCounter } from './ring-counter.js';
import type { WindowCounter } from './window-counter.js';

/** Places per set: their tags fill half a cache line. */
export const WAYS = 8;

/** Where the first counter begins in a record, behind the second half of the hash. */
export const FIRST_PART = 1;

/** Where things are in a set: 8 tags, then 8 records of the second half of the hash and each policy's counter. */
export interface RecordLayout {
  readonly counters: readonly WindowCounter[];
  /** Where each counter begins in a record, in words. */
  readonly offsets: readonly number[];
  readonly recordWords: number;
  readonly setWords: number;
}

/** Lays out the record of some policies. */
export function recordLayout(policies: readonly WindowPolicy[]): RecordLayout {
  const counters = policies.map((policy) =>
    policy.exact ? new LogCounter(policy) : new RingCounter(policy),
  );
  const offsets: number[] = [];
  let recordWords = FIRST_PART;
  for (const counter of counters) {
    offsets.push(recordWords);
    recordWords += counter.words;
  }
  return { counters, offsets, recordWords, setWords: WAYS * (1 + recordWords) };
}
