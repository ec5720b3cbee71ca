// Generators suspended half-way.
import { program, ballast } from '../program.mjs';

function* rows(state) {
  yield state.length;
  yield state[0];
}
const cursors = [];
await program('leaking', () => {
  for (let i = 0; i < 8; i++) {
    const cursor = rows(ballast(64));
    cursor.next();
    cursors.push(cursor);
  }
});
