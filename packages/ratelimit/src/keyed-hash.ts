import { randomBytes } from 'node:crypto';

/**
 * A keyed 64-bit hash of a string, as two 32-bit integers. Whoever chooses the strings can't make them collide
 * without the key. HalfSipHash-1-3, the 32-bit variant of SipHash (J.-P. Aumasson, D. J. Bernstein, 2012) that the
 * Linux kernel uses for its hash tables, over the UTF-16 code units, two to a word.
 */
export class KeyedHash {
  readonly #k0: number;
  readonly #k1: number;
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
    const length = text.length;
    let v0 = this.#k0;
    let v1 = this.#k1 ^ 0xee; // the constant of the variant with 64 bits of output
    let v2 = 0x6c796765 ^ this.#k0;
    let v3 = 0x74656462 ^ this.#k1;
    // One block more than there are pairs: the last holds an odd unit and the length.
    for (let i = 0; i <= length; i += 2) {
      let word: number;
      if (i + 1 < length) word = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
      else word = (i < length ? text.charCodeAt(i) : 0) | (length << 16);
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
    }
    v2 ^= 0xee;
    for (let half = 0; half < 2; half++) {
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
      if (half === 0) {
        const high = v1 ^ v3;
        this.high = high === 0 ? 1 : high;
        v1 ^= 0xdd;
      }
    }
    this.low = v1 ^ v3;
  }
}
