// Details of requests in a WeakMap.
import { program, ballast } from '../program.mjs';

const details = new WeakMap();
await program('healthy', () => {
  for (let i = 0; i < 125; i++) details.set({ i }, ballast(4));
});
