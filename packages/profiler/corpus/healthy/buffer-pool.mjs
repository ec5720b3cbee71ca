// Buffers that are used again.
import { program } from '../program.mjs';

const pool = Array.from({ length: 64 }, () => Buffer.alloc(256 * 1024));
await program('healthy', (minute) => {
  for (const buffer of pool) buffer.fill(minute);
});
