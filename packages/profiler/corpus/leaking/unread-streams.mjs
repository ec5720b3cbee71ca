// Streams that are written to and never read.
import { PassThrough } from 'node:stream';
import { program } from '../program.mjs';

const streams = [];
await program('leaking', () => {
  const stream = new PassThrough({ highWaterMark: 1 << 30 });
  for (let i = 0; i < 8; i++) stream.write(Buffer.alloc(64 * 1024, i));
  streams.push(stream);
});
