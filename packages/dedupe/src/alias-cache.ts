import type { Fingerprint } from './fingerprint.js';

/** Digest pairs that are kept: about 200 bytes each. */
const MAX_ALIASES = 1_000;

/** Remembers which canonical fingerprint some bytes have, so that a repeat of the same bytes is not parsed again. */
export class AliasCache {
  readonly #canonical = new Map<Fingerprint, Fingerprint>();

  /** The canonical fingerprint of the bytes with fingerprint `raw`; `compute` gives it when it is not known. */
  resolve(raw: Fingerprint, compute: () => Fingerprint | undefined): Fingerprint {
    const known = this.#canonical.get(raw);
    if (known !== undefined) return known;
    const canonical = compute() ?? raw;
    if (this.#canonical.size >= MAX_ALIASES) {
      const oldest = this.#canonical.keys().next();
      if (oldest.done !== true) this.#canonical.delete(oldest.value);
    }
    this.#canonical.set(raw, canonical);
    return canonical;
  }
}
