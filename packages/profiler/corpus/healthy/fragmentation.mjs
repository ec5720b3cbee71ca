// Every other of many buffers freed, again and again.
import { program } from '../program.mjs';

let kept = [];
await program('healthy', (minute) => {
  const fresh = Array.from({ length: 512 }, (_, i) =>
    Buffer.alloc(1_024 + ((i * 37 + minute * 101) % 8_192)),
  );
  kept = [...kept.filter((_, i) => i % 2 === 0), ...fresh].slice(-512);
});
