// A log in an array.
import { program } from '../program.mjs';

const log = [];
await program('leaking', (minute) => {
  for (let i = 0; i < 4_000; i++)
    log.push({ minute, i, message: `user ${minute}-${i} signed in`, tags: [minute, i] });
});
