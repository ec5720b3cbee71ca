// Streams that are read to their end.
import { PassThrough } from 'node:stream';
import { program } from '../program.mjs';

await program('healthy', async () => {
  const stream = new PassThrough();
  const read = (async () => {
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    return bytes;
  })();
  for (let i = 0; i < 16; i++) stream.write(Buffer.alloc(64 * 1024, i));
  stream.end();
  await read;
});
