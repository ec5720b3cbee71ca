/** Digest pairs that are kept at most: about 200 bytes each. */
const MAX_ALIASES = 1_000;

/**
 * Remembers the digest of the canonical form of some bytes by their own, so that a repeat of the same bytes is not read
 * again. Two generations: the older one is forgotten as a whole, which costs O(1) per entry and keeps what is asked for
 * again.
 */
export class AliasCache {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** The digest of the canonical form of the bytes with digest `raw`, if it is known. */
  get(raw: string): string | undefined {
    const young = this.#young.get(raw);
    if (young !== undefined) return young;
    const old = this.#old.get(raw);
    if (old !== undefined) this.set(raw, old);
    return old;
  }

  set(raw: string, canonical: string): void {
    if (this.#young.size >= MAX_ALIASES / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(raw, canonical);
  }
}
