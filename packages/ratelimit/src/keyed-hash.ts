import { randomBytes } from 'node:crypto';

/**
 * A keyed 64-bit hash of a string, as two 32-bit integers. Whoever chooses the strings can't make them collide
 * without the key. After HalfSipHash-1-3, the 32-bit variant of SipHash (J.-P. Aumasson, D. J. Bernstein, 2012) that the
 * Linux kernel uses for its hash tables, with two liberties: four units below 256 share a word, and one finalisation
 * gives both halves, which is enough for a hash that nobody gets to see.
 */
export class KeyedHash {
  readonly #k0: number;
  readonly #k1: number;
  #last: string | undefined;
  /** The first half of the last hash. Never 0, which marks an empty place in the table. */
  high = 1;
  /** The second half of the last hash. */
  low = 0;

  /** @param seed 8 bytes. @default random ones */
  constructor(seed: Buffer = randomBytes(8)) {
    this.#k0 = seed.readInt32LE(0);
    this.#k1 = seed.readInt32LE(4);
  }

  /** Hashes `text` into `high` and `low`. */
  update(text: string): void {
    // Who sends many requests is asked about many times in a row.
    if (text !== this.#last) this.#hash(text);
  }

  #hash(text: string): void {
    this.#last = text;
    const length = text.length;
    let v0 = this.#k0;
    let v1 = this.#k1 ^ 0xee; // the constant of the variant with 64 bits of output
    let v2 = 0x6c796765 ^ this.#k0;
    let v3 = 0x74656462 ^ this.#k1;
    let i = 0;
    for (;;) {
      let word: number;
      const left = length - i;
      if (left >= 4) {
        const a = text.charCodeAt(i);
        const b = text.charCodeAt(i + 1);
        const c = text.charCodeAt(i + 2);
        const d = text.charCodeAt(i + 3);
        if ((a | b | c | d) < 256) {
          word = a | (b << 8) | (c << 16) | (d << 24);
          i += 4;
        } else {
          // Two units to a word, and a mark, or these would be the words of other strings.
          v2 ^= 0xdd;
          word = a | (b << 16);
          i += 2;
        }
      } else {
        word = left > 0 ? text.charCodeAt(i++) : length;
        v2 ^= left + 1;
      }
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
      if (left <= 0) break;
    }
    v2 ^= 0xee;
    for (let round = 0; round < 3; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    const high = v1 ^ v3;
    this.high = high === 0 ? 1 : high;
    this.low = v0 ^ v2;
  }
}
