import type { Milliseconds } from '@spark-perf/core';
import { emptyPlace, isExpired, recordAt } from './places.js';
import { WAYS } from './record-layout.js';
import type { Segment } from './segment.js';

/**
 * Copies what has not expired, by the bit of the hash in which two halves of a segment differ, or into one larger segment,
 * given twice. False when a key finds both its sets full.
 */
export function moveRecords(from: Segment, first: Segment, second: Segment, time: Milliseconds): boolean {
  const { setWords, recordWords } = from.layout;
  for (let set = 0; set < from.sets * setWords; set += setWords) {
    for (let way = 0; way < WAYS; way++) {
      const high = from.words[set + way] as number;
      const record = set + WAYS + way * recordWords;
      if (high === 0 || isExpired(from, record, time)) continue;
      const heir = ((high >>> (31 - from.depth)) & 1) === 0 ? first : second;
      const place = emptyPlace(heir, from.words[record] as number);
      if (place < 0) return false;
      heir.words[place] = high;
      heir.keys++;
      const target = recordAt(heir, place);
      for (let word = 0; word < recordWords; word++)
        heir.words[target + word] = from.words[record + word] as number;
    }
  }
  return true;
}
