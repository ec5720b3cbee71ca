// Timers that fire or are cleared.
import { program, ballast } from '../program.mjs';

await program('healthy', async () => {
  for (let i = 0; i < 64; i++) {
    const state = ballast(16);
    clearTimeout(setTimeout(() => state.length, 60_000));
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
});
