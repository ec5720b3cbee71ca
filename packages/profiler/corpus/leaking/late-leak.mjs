// Well for half an hour, then every request is kept.
import { program, ballast } from '../program.mjs';

const kept = [];
await program(
  'leaking',
  (minute) => {
    const request = ballast(512);
    if (minute >= 30) kept.push(request);
  },
  { minutes: 110 },
);
