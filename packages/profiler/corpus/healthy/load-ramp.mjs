// Load that rises for a quarter of an hour and stays.
import { program, ballast } from '../program.mjs';

const working = [];
await program('healthy', (minute) => {
  const level = Math.min(minute, 15);
  while (working.length < level) working.push(ballast(1_024));
  working[minute % working.length] = ballast(1_024);
});
