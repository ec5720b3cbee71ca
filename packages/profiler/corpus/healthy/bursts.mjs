// Short bursts.
import { program, ballast } from '../program.mjs';

let working = [];
await program('healthy', (minute) => {
  working = minute % 13 === 0 ? ballast(16_384) : [];
  return working.length;
});
