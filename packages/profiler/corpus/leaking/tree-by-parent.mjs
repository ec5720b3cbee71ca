// Nodes taken out of a tree that still point to their parents.
import { program, ballast } from '../program.mjs';

let root = { name: 'root', children: [] };
const detached = [];
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const child = { parent: root, children: [], data: ballast(64) };
    root = { name: 'root', children: [child] };
    detached.push(child);
  }
});
