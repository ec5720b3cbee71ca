// A memoised function with a free argument.
import { program, ballast } from '../program.mjs';

const known = {};
let argument = 0;
const work = (key) => (known[key] ??= ballast(4));
await program('leaking', () => {
  for (let i = 0; i < 125; i++) work(`query=${argument++}`);
});
