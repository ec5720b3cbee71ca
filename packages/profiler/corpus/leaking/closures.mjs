// Handlers that close over their request and are kept.
import { program, ballast } from '../program.mjs';

const handlers = [];
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const request = { body: ballast(64) };
    handlers.push(() => request.body.length);
  }
});
