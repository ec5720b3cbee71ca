// A queue that is filled faster than it is emptied.
import { program, ballast } from '../program.mjs';

let head;
let tail;
await program('leaking', () => {
  for (let i = 0; i < 16; i++) {
    const node = { job: ballast(64), next: undefined };
    if (tail) tail.next = node;
    else head = node;
    tail = node;
  }
  for (let i = 0; i < 8; i++) head = head.next;
});
