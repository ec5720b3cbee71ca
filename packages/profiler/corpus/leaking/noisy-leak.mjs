// A slow leak below a working set of random size.
import { program, ballast, chance } from '../program.mjs';

const random = chance(7);
const kept = [];
let working = [];
await program(
  'leaking',
  () => {
    working = ballast(Math.floor(random() * 4_096));
    kept.push(ballast(512));
    return working.length;
  },
  { minutes: 90 },
);
