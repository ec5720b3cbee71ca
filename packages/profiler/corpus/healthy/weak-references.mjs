// A cache of weak references.
import { program, ballast } from '../program.mjs';

const cache = new Map();
let key = 0;
await program('healthy', () => {
  for (let i = 0; i < 125; i++) cache.set(key++ % 1_000, new WeakRef(ballast(4)));
});
