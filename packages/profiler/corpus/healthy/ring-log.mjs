// A log of the last ten thousand lines.
import { program } from '../program.mjs';

const ring = new Array(10_000);
let at = 0;
await program('healthy', (minute) => {
  for (let i = 0; i < 2_000; i++)
    ring[at++ % ring.length] = { minute, i, message: `user ${minute}-${i} signed in` };
});
