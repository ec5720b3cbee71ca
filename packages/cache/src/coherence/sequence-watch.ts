import type { Clock, Milliseconds, Timer } from '@spark-perf/core';
import { LRUCache } from 'lru-cache';

interface Sender {
  highest: number;
  readonly missing: Set<number>;
}

/** On a Cluster, messages sent through two nodes can overtake each other by about this much. */
const PATIENCE: Milliseconds = 50;
const MAX_MISSING = 256;
const MAX_SENDERS = 1_000;

/** Finds out that messages have been lost: each sender numbers its own, and a number that stays away is a gap. */
export class SequenceWatch {
  readonly #clock: Clock;
  readonly #onGap: () => void;
  readonly #senders = new LRUCache<string, Sender>({ max: MAX_SENDERS });
  #timer: Timer | undefined;

  constructor(clock: Clock, onGap: () => void) {
    this.#clock = clock;
    this.#onGap = onGap;
  }

  /** A message has come. The first of a sender tells where it stands. */
  note(origin: string, sequence: number): void {
    if (!Number.isSafeInteger(sequence)) return;
    const sender = this.#senders.get(origin);
    if (sender === undefined) {
      this.#senders.set(origin, { highest: sequence, missing: new Set() });
      return;
    }
    if (sequence <= sender.highest) {
      sender.missing.delete(sequence);
      return;
    }
    if (sequence - sender.highest > MAX_MISSING) this.#gap();
    else for (let number = sender.highest + 1; number < sequence; number++) sender.missing.add(number);
    sender.highest = sequence;
    if (sender.missing.size > 0) this.#timer ??= this.#clock.setTimeout(() => this.#check(), PATIENCE);
  }

  /** A new subscription: what was lost before it is known to be lost. */
  reset(): void {
    this.#senders.clear();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #check(): void {
    this.#timer = undefined;
    for (const sender of this.#senders.values()) {
      if (sender.missing.size === 0) continue;
      this.#gap();
      return;
    }
  }

  #gap(): void {
    for (const sender of this.#senders.values()) sender.missing.clear();
    this.#onGap();
  }
}
