import { expect, test } from '@jest/globals';
import net from 'node:net';
import { waitFor } from '@spark-perf/test-services';
import { onResponseClose } from '../src/index.js';
import { httpHost } from './http-host.js';

async function outcomeOf(
  body: Buffer,
  client: 'reads' | 'leaves' | 'is cut off',
): Promise<boolean | undefined> {
  let outcome: boolean | undefined;
  let sending = false;
  await using host = await httpHost((ctx) => {
    onResponseClose(ctx.res, (delivered) => (outcome = delivered));
    ctx.res.end(body);
    sending = true;
  });
  if (client === 'reads') await host.get('/');
  else {
    const socket = net.connect(host.port, '127.0.0.1').on('error', () => {});
    socket.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitFor(() => sending);
    if (client === 'leaves') socket.destroy();
    else host.server.closeAllConnections();
  }
  await waitFor(() => outcome !== undefined);
  return outcome;
}

const small = Buffer.alloc(10);
const large = Buffer.alloc(8_000_000);

test.each([
  ['a client that reads a small answer', small, 'reads', true],
  ['a client that reads a large answer', large, 'reads', true],
  ['a client that leaves in the middle', large, 'leaves', false],
  ['a server that cuts the connection', large, 'is cut off', false],
] as const)('%s', async (_name, body, client, delivered) => {
  expect(await outcomeOf(body, client)).toBe(delivered);
});
