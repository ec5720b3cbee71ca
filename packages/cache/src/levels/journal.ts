import type { Bytes, Milliseconds } from '@spark-perf/core';
import type { Entry } from '../entry.js';

/** The moment that a missed write stands for: when it was missed; of a fetched value, when its fetch began. */
export interface MissedAt {
  /** Monotonic time. */
  readonly at: Milliseconds;
  /** The highest generation seen by then. */
  readonly seen: number;
}

/** What a level has missed of one key. */
export type MissedWrite = MissedAt & MissedChange;

export type MissedChange =
  | { readonly kind: 'delete' }
  /** By a caller's `set`: must arrive. */
  | { readonly kind: 'set'; readonly entry: Entry }
  /** Fetched: arrives only if nobody has changed the key since. */
  | { readonly kind: 'fill'; readonly entry: Entry };

/**
 * What a level has missed while it was down: per key the newest write, and the invalidated tags. Bounded. Beyond the
 * bound of writes everything is forgotten but the fact, and the level must be cleared instead. Beyond that of bytes
 * values are not kept: what was fetched is forgotten, and of what was set remains that the key has changed.
 */
export class Journal {
  readonly #max: number;
  readonly #maxBytes: Bytes;
  #bytes = 0;
  #writes = new Map<string, MissedWrite>();
  #replaying = new Map<string, MissedWrite>();
  #tags = new Set<string>();
  #overflowed = false;

  constructor(max: number, maxBytes: Bytes) {
    this.#max = max;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#writes.size + this.#replaying.size + this.#tags.size;
  }

  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Whether what the level says of the key is not to be trusted. */
  concerns(key: string): boolean {
    return this.#overflowed || this.#writes.has(key) || this.#replaying.has(key);
  }

  put(key: string, write: MissedWrite): void {
    if (this.#overflowed) return;
    const before = this.#writes.get(key) ?? this.#replaying.get(key);
    const optional = write.kind === 'fill' && (before === undefined || before.kind === 'fill');
    this.#bytes -= bytesOf(this.#writes.get(key));
    this.#writes.delete(key);
    if (this.#bytes + bytesOf(write) > this.#maxBytes) {
      if (optional) return;
      this.#writes.set(key, deleteOf(write));
    } else {
      // A conditional write must not take the place of one that has to arrive.
      this.#writes.set(key, write.kind === 'fill' && !optional ? { ...write, kind: 'set' } : write);
      this.#bytes += bytesOf(write);
    }
    this.#checkSize();
  }

  putTags(tags: readonly string[]): void {
    if (this.#overflowed) return;
    for (const tag of tags) this.#tags.add(tag);
    // What was missed before the invalidation is invalid itself; also what is being replayed, should that fail.
    const invalid = (entry: Entry): boolean => entry.tags.some((tag) => tags.includes(tag));
    this.#deleteWhere(this.#writes, invalid);
    this.#deleteWhere(this.#replaying, invalid);
    this.#checkSize();
  }

  /** Takes up to `count` writes out to be replayed; `done` or `failed` must follow. */
  takeWrites(count: number): readonly (readonly [key: string, write: MissedWrite])[] {
    for (const [key, write] of this.#writes) {
      if (this.#replaying.size >= count) break;
      this.#writes.delete(key);
      this.#replaying.set(key, write);
    }
    return [...this.#replaying];
  }

  done(): void {
    for (const write of this.#replaying.values()) this.#bytes -= bytesOf(write);
    this.#replaying.clear();
  }

  /** Puts back what was taken, except where something newer has come. */
  failed(): void {
    const taken = this.#replaying;
    this.#replaying = new Map();
    for (const [key, write] of this.#writes) {
      this.#bytes -= bytesOf(taken.get(key));
      taken.set(key, write);
    }
    this.#writes = taken;
    this.#checkSize();
  }

  takeTags(): readonly string[] {
    const tags = [...this.#tags];
    this.#tags.clear();
    return tags;
  }

  /** The tags in the journal and those of the values in it. */
  tagsOfWrites(): readonly string[] {
    const tags = new Set<string>();
    for (const write of this.#writes.values())
      if (write.kind !== 'delete') for (const tag of write.entry.tags) tags.add(tag);
    return [...tags];
  }

  /** Replaces values of which `invalid` says that they are, by deletes. */
  deleteWhere(invalid: (entry: Entry) => boolean): void {
    this.#deleteWhere(this.#writes, invalid);
  }

  /** Forgets everything but that there was too much. */
  overflow(): void {
    this.reset();
    this.#overflowed = true;
  }

  /** Forgets everything; the level has been cleared, or is about to be. */
  reset(): void {
    this.#writes.clear();
    this.#replaying.clear();
    this.#tags.clear();
    this.#bytes = 0;
    this.#overflowed = false;
  }

  #checkSize(): void {
    if (this.size > this.#max) this.overflow();
  }

  #deleteWhere(writes: Map<string, MissedWrite>, invalid: (entry: Entry) => boolean): void {
    for (const [key, write] of writes)
      if (write.kind !== 'delete' && invalid(write.entry)) {
        this.#bytes -= bytesOf(write);
        writes.set(key, deleteOf(write));
      }
  }
}

function deleteOf({ at, seen }: MissedWrite): MissedWrite {
  return { kind: 'delete', at, seen };
}

/** Rough size: the value, and its text. */
function bytesOf(write: MissedWrite | undefined): Bytes {
  if (write === undefined || write.kind === 'delete') return 0;
  return 2 * (write.entry.text?.length ?? 0) + 200;
}
