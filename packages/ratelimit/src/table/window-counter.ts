import type { Milliseconds } from '@spark-perf/core';
import type { WindowPolicy } from '../policy.js';
import type { Segment } from './segment.js';

/**
 * Counts one policy in a part of a record of the table. `at` is the word where its part begins; `step` is relative to
 * the segment's base.
 */
export interface WindowCounter {
  readonly policy: WindowPolicy;
  /** Words it needs. */
  readonly words: number;
  /** A base may be moved by multiples of this. */
  readonly stride: number;
  /** Drops what has left the window; returns the units that count. */
  settle(segment: Segment, at: number, step: number): number;
  /**
   * Settles and adds units if they fit: what is left then, or −1. One call for the usual case.
   * @param phase the step modulo `stride`, the same in all segments, as bases move by multiples of it
   */
  tryAdd(segment: Segment, at: number, step: number, phase: number, units: number): number;
  /** Adds units to a settled counter. Beyond the limit the oldest go: only the newest `maxRequests` can matter. */
  add(segment: Segment, at: number, step: number, units: number): void;
  /** Takes back units of the step `charged`, or, below 0, the oldest. On a settled counter. */
  remove(segment: Segment, at: number, step: number, units: number, charged: number): void;
  /** The step in which at least `units` of a settled counter are gone. */
  stepWithout(segment: Segment, at: number, step: number, units: number): number;
  /** Units counted when it was last settled. */
  units(segment: Segment, at: number): number;
  /** The step of the newest unit, or a later one. */
  lastStep(segment: Segment, at: number): number;
  isExpired(segment: Segment, at: number, step: number): boolean;
  clear(segment: Segment, at: number, step: number): void;
  /** The base has moved on by `steps`. */
  shift(segment: Segment, at: number, steps: number): void;
}

/** The step of `time` in a segment whose base for the policy is `base`. Fits 31 bits. */
export function relativeStep(policy: WindowPolicy, base: number, time: Milliseconds): number {
  return Math.floor((time * policy.scale) / policy.unit) - base;
}
