// Matrices kept for a history that nobody reads.
import { program } from '../program.mjs';

const history = [];
await program('leaking', () => {
  history.push(new Float64Array(64 * 1024).fill(1));
});
