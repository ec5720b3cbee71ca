// A queue as a chain of promises whose head never settles.
import { program, ballast } from '../program.mjs';

let release;
let tail = new Promise((resolve) => (release = resolve));
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const job = ballast(64);
    tail = tail.then(() => job.length);
  }
  return release === undefined;
});
