import { LRUCache } from 'lru-cache';

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
  readonly #tags: LRUCache<string, Invalidation>;
  #seq = 0;
  #floorSeq = 0;
  #floorVersion = 0;

  constructor(maxTags: number) {
    this.#tags = new LRUCache({
      max: maxTags,
      dispose: (entry, _tag, reason) => {
        if (reason !== 'evict') return;
        this.#floorSeq = Math.max(this.#floorSeq, entry.seq);
        this.#floorVersion = Math.max(this.#floorVersion, entry.version);
      },
    });
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
    this.#tags.set(tag, { seq, version });
    return seq;
  }

  /** The shared version of all invalidations of a tag up to the moment `seq` became known. */
  settleUpTo(tag: string, seq: number, version: number): void {
    const entry = this.#tags.peek(tag);
    if (entry !== undefined && entry.seq <= seq) entry.version = version;
  }

  /** Whether any of the tags was invalidated after the moment `seq`. */
  changedSince(tags: readonly string[], seq: number): boolean {
    if (seq === this.#seq) return false;
    for (let i = 0; i < tags.length; i++)
      if ((this.#tags.peek(tags[i]!)?.seq ?? this.#floorSeq) > seq) return true;
    return false;
  }

  /** Whether none of the tags has a known version above `start`. */
  allows(tags: readonly string[], start: number): boolean {
    for (let i = 0; i < tags.length; i++)
      if ((this.#tags.peek(tags[i]!)?.version ?? this.#floorVersion) > start) return false;
    return true;
  }
}
