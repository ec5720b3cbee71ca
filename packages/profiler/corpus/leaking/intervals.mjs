// Intervals that nobody clears.
import { program, ballast } from '../program.mjs';

await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const state = ballast(64);
    setInterval(() => state.length, 3_600_000).unref();
  }
});
