// Large buffers that are let go.
import { program } from '../program.mjs';

await program('healthy', () => {
  let sum = 0;
  for (let i = 0; i < 16; i++) sum += Buffer.alloc(1024 * 1024, i)[i];
  return sum;
});
