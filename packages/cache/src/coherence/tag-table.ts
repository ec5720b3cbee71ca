interface Invalidation {
  /** When it happened, in this process's own order. */
  readonly seq: number;
  /** The shared version it made; `Infinity` while that is not known, as while Redis is down. */
  version: number;
}

/**
 * What this process knows of invalidated tags. Every invalidation gets a number; whoever has noted the number of the
 * moment when it began can ask later whether a tag has been invalidated since. Bounded: of the tags that are
 * forgotten the highest numbers are kept, and stand for all of them (a miss too many, never one too few).
 */
export class TagTable {
  // In the order of invalidation. A Map, because lru-cache allocates for its maximum at once.
  readonly #tags = new Map<string, Invalidation>();
  readonly #max: number;
  #seq = 0;
  #floorSeq = 0;
  #floorVersion = 0;

  constructor(maxTags: number) {
    this.#max = maxTags;
  }

  /** The moment now. */
  get seq(): number {
    return this.#seq;
  }

  get size(): number {
    return this.#tags.size;
  }

  /** A tag was invalidated; `version` when the shared one is known. Returns the moment. */
  invalidate(tag: string, version = Infinity): number {
    const seq = ++this.#seq;
    this.#tags.delete(tag);
    this.#tags.set(tag, { seq, version });
    if (this.#tags.size > this.#max) this.#forgetOldest();
    return seq;
  }

  /** The shared version of all invalidations of a tag up to the moment `seq` became known. */
  settleUpTo(tag: string, seq: number, version: number): void {
    const entry = this.#tags.get(tag);
    if (entry !== undefined && entry.seq <= seq) entry.version = version;
  }

  /** The same for all tags, the forgotten ones too. O(tags). */
  settleAll(seq: number, version: number): void {
    for (const entry of this.#tags.values())
      if (entry.version === Infinity && entry.seq <= seq) entry.version = version;
    if (this.#floorVersion === Infinity) this.#floorVersion = version;
  }

  /** Whether any of the tags was invalidated after the moment `seq`. */
  changedSince(tags: readonly string[], seq: number): boolean {
    if (seq === this.#seq) return false;
    for (let i = 0; i < tags.length; i++)
      if ((this.#tags.get(tags[i]!)?.seq ?? this.#floorSeq) > seq) return true;
    return false;
  }

  /** Whether none of the tags has a known version above `start`. */
  allows(tags: readonly string[], start: number): boolean {
    for (let i = 0; i < tags.length; i++)
      if ((this.#tags.get(tags[i]!)?.version ?? this.#floorVersion) > start) return false;
    return true;
  }

  #forgetOldest(): void {
    for (const [tag, { seq, version }] of this.#tags) {
      this.#tags.delete(tag);
      this.#floorSeq = Math.max(this.#floorSeq, seq);
      this.#floorVersion = Math.max(this.#floorVersion, version);
      return;
    }
  }
}
