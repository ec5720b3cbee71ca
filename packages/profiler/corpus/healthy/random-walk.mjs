// A working set that wanders between bounds.
import { program, ballast, chance } from '../program.mjs';

const random = chance(5);
const working = [];
await program('healthy', () => {
  const level = Math.max(2, Math.min(12, working.length + Math.round(random() * 6 - 3)));
  while (working.length > level) working.shift();
  while (working.length < level) working.push(ballast(1_024));
});
