// Nothing happens.
import { program } from '../program.mjs';

await program('healthy', () => undefined);
