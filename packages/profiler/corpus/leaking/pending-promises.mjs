// Promises that never settle, with what their continuations need.
import { program, ballast } from '../program.mjs';

const waiting = new Set();
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const state = ballast(64);
    const forever = new Promise((resolve) => waiting.add(resolve));
    void forever.then(() => state.length);
  }
});
