// Modules, compiled code and tables that are made in the first minutes.
import { program, ballast } from '../program.mjs';

const tables = [];
await program('healthy', (minute) => {
  if (minute < 8) tables.push(ballast(4_096));
  return new Function('x', `return x + ${minute % 8}`)(minute);
});
