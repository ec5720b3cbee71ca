// A working set of random size.
import { program, ballast, chance } from '../program.mjs';

const random = chance(11);
let working = [];
await program('healthy', () => {
  working = ballast(Math.floor(random() * 16_384));
  return working.length;
});
