// A map keyed by request id, never deleted from.
import { program, ballast } from '../program.mjs';

const pending = new Map();
let id = 0;
await program('leaking', () => {
  for (let i = 0; i < 500; i++) pending.set(`request-${id++}`, ballast(1));
});
