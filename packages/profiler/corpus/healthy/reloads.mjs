// Configuration that is loaded anew, and is larger each of the first two times.
import { program, ballast } from '../program.mjs';

let configuration = ballast(4_096);
await program('healthy', (minute) => {
  if (minute === 20) configuration = ballast(12_288);
  if (minute === 45) configuration = ballast(20_480);
  return configuration.length;
});
