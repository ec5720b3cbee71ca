// Load that comes and goes every twenty minutes.
import { program, ballast } from '../program.mjs';

let working = [];
await program('healthy', (minute) => {
  const level = Math.round(8 * (1 + Math.sin((minute / 20) * 2 * Math.PI)));
  working = Array.from({ length: level }, () => ballast(1_024));
  return working.length;
});
