// Sessions without an end.
import { program, ballast } from '../program.mjs';

class Session {
  cart = ballast(4);
}
const sessions = new Set();
await program('leaking', () => {
  for (let i = 0; i < 125; i++) sessions.add(new Session());
});
