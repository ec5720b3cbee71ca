import type { Ratio } from './units.js';

/** The one source of chance: a number in [0, 1). Not for secrets. */
export type Random = () => Ratio;

/** The machine's generator. */
export const systemRandom: Random = () => Math.random();

/** A reproducible sequence. Source: the public-domain splitmix32 finaliser over a Weyl sequence. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    z ^= z >>> 15;
    return (z >>> 0) / 2 ** 32;
  };
}
