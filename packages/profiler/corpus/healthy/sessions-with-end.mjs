// Sessions that end after five minutes.
import { program, ballast } from '../program.mjs';

const sessions = new Map();
let id = 0;
await program('healthy', (minute) => {
  for (let i = 0; i < 125; i++) sessions.set(id++, { until: minute + 5, cart: ballast(4) });
  for (const [key, { until }] of sessions) if (until <= minute) sessions.delete(key);
});
