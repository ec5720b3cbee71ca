// Many promises, all settled.
import { program, ballast } from '../program.mjs';

await program('healthy', async () => {
  await Promise.all(Array.from({ length: 200 }, async (_, i) => ballast(4).length + i));
});
