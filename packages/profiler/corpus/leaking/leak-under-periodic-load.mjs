// A leak below a working set that comes and goes.
import { program, ballast } from '../program.mjs';

const kept = [];
let working = [];
await program('leaking', (minute) => {
  working = Math.floor(minute / 5) % 2 === 0 ? ballast(2_048) : [];
  kept.push(ballast(768));
  return working.length;
});
