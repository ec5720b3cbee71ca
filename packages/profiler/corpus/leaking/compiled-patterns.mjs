// A pattern compiled and kept for every search.
import { program } from '../program.mjs';

const patterns = new Map();
let search = 0;
await program('leaking', () => {
  for (let i = 0; i < 400; i++) {
    const source = `^(?:item-${search++}|${'[a-z]{2}'.repeat(40)})$`;
    const pattern = new RegExp(source);
    pattern.test('item-1');
    patterns.set(source, pattern);
  }
});
