// Uploads kept after they were answered: external memory, hardly any heap.
import { program } from '../program.mjs';

const uploads = [];
await program('leaking', () => {
  for (let i = 0; i < 8; i++) uploads.push(Buffer.alloc(64 * 1024, i));
});
