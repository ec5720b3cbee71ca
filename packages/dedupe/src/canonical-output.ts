import type { Bytes } from '@spark-perf/core';
import type { MemberList } from './member-list.js';

/** What is kept from one document to the next at most. */
const KEPT: Bytes = 64 * 1024;
const INITIAL: Bytes = 4_096;
/** Up to here a loop copies faster than a call. */
const SHORT = 48;

const COMMA = 0x2c;

/**
 * What a canonicalizer writes: the source, but for what it skips, replaces and puts in another order. What stays as it
 * is is copied run by run, and not at all when it is everything.
 */
export class CanonicalOutput {
  #source: Buffer = Buffer.alloc(0);
  #bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL);
  #length = 0;
  /** Where the part of the source begins that is not in `#bytes` yet. */
  #run = 0;

  begin(source: Buffer): void {
    this.#source = source;
    this.#length = 0;
    this.#run = 0;
    if (this.#bytes.length > KEPT) this.#bytes = Buffer.allocUnsafeSlow(INITIAL);
  }

  /** All of it, until something else is written. */
  whole(): Uint8Array {
    if (this.#length === 0) return this.#source.subarray(this.#run);
    this.copyUpTo(this.#source.length);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Where a place of the source, in the run that is not copied yet, will be. */
  positionOf(at: number): number {
    return this.#length + at - this.#run;
  }

  copyUpTo(at: number): void {
    const from = this.#run;
    const size = at - from;
    this.#reserve(this.#length + size);
    const target = this.#bytes;
    let to = this.#length;
    if (size > SHORT) this.#source.copy(target, to, from, at);
    else for (let i = from; i < at; i++) target[to++] = this.#source[i]!;
    this.#length += size;
    this.#run = at;
  }

  /** Leaves a part of the source out. */
  skip(from: number, to: number): void {
    if (from > this.#run) this.copyUpTo(from);
    this.#run = to;
  }

  /** Writes a text in place of a part of the source. */
  replace(from: number, to: number, text: string): void {
    this.copyUpTo(from);
    this.#reserve(this.#length + 3 * text.length);
    this.#length += this.#bytes.write(text, this.#length);
    this.#run = to;
  }

  /** Puts the members of an object, which are the last thing written, in another order. */
  reorder(members: MemberList, first: number, order: readonly number[]): void {
    const start = members.from(first);
    const end = this.#length;
    const size = end - start;
    this.#reserve(end + size);
    const bytes = this.#bytes;
    bytes.copyWithin(end, start, end);
    let to = start;
    for (const member of order) {
      if (to > start) bytes[to++] = COMMA;
      const from = members.from(member) + size;
      const until = members.to(member) + size;
      if (until - from > SHORT) bytes.copyWithin(to, from, until);
      else for (let i = from, place = to; i < until; i++) bytes[place++] = bytes[i]!;
      to += until - from;
    }
  }

  #reserve(size: Bytes): void {
    if (size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * size);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
