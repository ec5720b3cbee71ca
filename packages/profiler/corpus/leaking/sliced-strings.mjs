// Short slices that keep the long strings they were cut from.
import { program } from '../program.mjs';

const tokens = [];
await program('leaking', (minute) => {
  for (let i = 0; i < 8; i++) {
    const page = `${minute}-${i} `.repeat(16_384);
    tokens.push(page.slice(100, 120));
  }
});
