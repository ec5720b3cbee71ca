import type { Milliseconds } from '@spark-perf/core';
import { WAYS } from './record-layout.js';
import type { Segment } from './segment.js';
import type { WindowCounter } from './window-counter.js';
import { relativeStep } from './window-counter.js';

/** The first tag of one of the two sets of a key. */
export function setOf(segment: Segment, low: number, half: number): number {
  const chooser = half === 0 ? low & 0xffff : low >>> 16;
  return ((chooser * segment.sets) >>> 16) * segment.layout.setWords;
}

/** The record of the tag at `place`. */
export function recordAt({ layout: { setWords, recordWords } }: Segment, place: number): number {
  const way = place % setWords;
  return place - way + WAYS + way * recordWords;
}

/** An empty place for a key, or else one of the expired where there are more of them, or −1. */
export function freePlace(segment: Segment, low: number, time: Milliseconds): number {
  const empty = emptyPlace(segment, low);
  if (empty >= 0) return empty;
  let best = -1;
  let most = 0;
  for (let half = 0; half < 2; half++) {
    const set = setOf(segment, low, half);
    let expired = 0;
    let last = -1;
    for (let way = 0; way < WAYS; way++) {
      if (!isExpired(segment, recordAt(segment, set + way), time)) continue;
      expired++;
      last = set + way;
    }
    if (expired > most) {
      best = last;
      most = expired;
    }
  }
  return best;
}

/** Whether the windows of all policies have run out. */
export function isExpired(segment: Segment, record: number, time: Milliseconds): boolean {
  const { counters, offsets } = segment.layout;
  for (let i = 0; i < counters.length; i++) {
    const counter = counters[i] as WindowCounter;
    const step = relativeStep(counter.policy, segment.bases[i] as number, time);
    if (!counter.isExpired(segment, record + (offsets[i] as number), step)) return false;
  }
  return true;
}

/** How near a key is to a limit, from 0 to 1. */
export function heatOf(segment: Segment, record: number): number {
  const { counters, offsets } = segment.layout;
  let heat = 0;
  for (let i = 0; i < counters.length; i++) {
    const counter = counters[i] as WindowCounter;
    heat = Math.max(
      heat,
      counter.units(segment, record + (offsets[i] as number)) / Math.max(1, counter.policy.maxRequests),
    );
  }
  return heat;
}

/** The step of the newest unit, by the first policy. */
export function lastStepOf(segment: Segment, record: number): number {
  const { counters, offsets } = segment.layout;
  return counters[0]?.lastStep(segment, record + (offsets[0] as number)) ?? 0;
}

/** Gives a place to a key and clears its record, which is returned. */
export function occupy(
  segment: Segment,
  place: number,
  high: number,
  low: number,
  time: Milliseconds,
): number {
  const { counters, offsets } = segment.layout;
  const record = recordAt(segment, place);
  segment.words[place] = high;
  segment.words[record] = low;
  for (let i = 0; i < counters.length; i++) {
    const counter = counters[i] as WindowCounter;
    const step = relativeStep(counter.policy, segment.bases[i] as number, time);
    counter.clear(segment, record + (offsets[i] as number), step);
  }
  return record;
}

/** Up to so many keys the first set is taken without a look at the second. */
const EASY = 5;

/**
 * An empty place for a key, or −1. The emptier of its sets once the first is well filled: of two choices the better one
 * keeps sets alike (Azar et al., 1994), and finding a key in its first set costs one cache miss less.
 */
export function emptyPlace(segment: Segment, low: number): number {
  const first = setOf(segment, low, 0);
  const free = emptyWays(segment, first);
  if (free >= WAYS - EASY) return emptyWay(segment, first, low);
  const second = setOf(segment, low, 1);
  const freeToo = emptyWays(segment, second);
  if (freeToo > free) return emptyWay(segment, second, low);
  return free > 0 ? emptyWay(segment, first, low) : -1;
}

/** Where in a set a key is put if it can, and looked for first: the processor then loads tag and record at once. */
export function favouriteWay(low: number): number {
  return low & (WAYS - 1); // the choice of a set goes by the high bits
}

function emptyWays(segment: Segment, set: number): number {
  let empty = 0;
  for (let way = 0; way < WAYS; way++) if (segment.words[set + way] === 0) empty++;
  return empty;
}

function emptyWay(segment: Segment, set: number, low: number): number {
  const favourite = set + favouriteWay(low);
  if (segment.words[favourite] === 0) return favourite;
  for (let way = 0; way < WAYS; way++) if (segment.words[set + way] === 0) return set + way;
  return -1;
}
