// A cache that is full after twenty minutes.
import { program, ballast } from '../program.mjs';

const cache = new Map();
let key = 0;
await program('healthy', () => {
  for (let i = 0; i < 250; i++) {
    cache.set(key++, ballast(4));
    if (cache.size > 5_000) cache.delete(cache.keys().next().value);
  }
});
