// Load that rises all the time, and memory with it: the rate of requests tells.
import { program, ballast } from '../program.mjs';

let served = 0;
let working = [];
await program(
  'healthy',
  (minute) => {
    const rate = 100 + minute * 20 + (minute % 3) * 40;
    served += rate;
    working = Array.from({ length: rate / 20 }, () => ballast(16));
    return working.length;
  },
  { requests: () => served },
);
