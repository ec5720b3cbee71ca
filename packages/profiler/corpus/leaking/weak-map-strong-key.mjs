// A WeakMap whose keys are kept elsewhere.
import { program, ballast } from '../program.mjs';

const details = new WeakMap();
const keys = [];
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const key = { i };
    keys.push(key);
    details.set(key, ballast(64));
  }
});
