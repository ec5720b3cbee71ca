// Errors kept with their stacks and causes.
import { program, ballast } from '../program.mjs';

const failures = [];
await program('leaking', (minute) => {
  for (let i = 0; i < 400; i++)
    failures.push(Object.assign(new Error(`failed ${minute}-${i}`), { input: ballast(1) }));
});
