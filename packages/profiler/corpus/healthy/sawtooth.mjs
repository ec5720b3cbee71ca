// Much garbage, nothing kept.
import { program, ballast } from '../program.mjs';

let last;
await program('healthy', () => {
  for (let i = 0; i < 16; i++) last = ballast(256);
  return last;
});
