// A cache of random keys: it fills ever more slowly.
import { program, ballast, chance } from '../program.mjs';

const random = chance(3);
const cache = new Map();
await program('healthy', () => {
  for (let i = 0; i < 600; i++) {
    const key = Math.floor(random() ** 2 * 3_000);
    if (!cache.has(key)) cache.set(key, ballast(4));
  }
});
