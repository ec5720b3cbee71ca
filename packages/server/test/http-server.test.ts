import { expect, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import https from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { Spark } from '../src/index.js';

// A pre-shared key: TLS without a certificate that would expire in the repository.
const psk = Buffer.alloc(32, 7);
const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;

test('`https` serves HTTPS, and the context says so', async () => {
  await using app = new Spark({ https: { ...tls, pskCallback: () => psk } });
  app.get('/', (ctx) => ctx.json([ctx.protocol(), ctx.url.protocol]));
  await app.listen(0, '127.0.0.1');
  const { port } = app.server.address() as AddressInfo;
  const options: https.RequestOptions & ConnectionOptions = {
    ...tls,
    ...{ port, host: '127.0.0.1', agent: false, checkServerIdentity: () => undefined },
    pskCallback: () => ({ psk, identity: 'client' }),
  };
  const text = await new Promise<string>((resolve, reject) => {
    https
      .get(options, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => resolve(body));
      })
      .on('error', reject);
  });
  expect(JSON.parse(text)).toEqual(['https', 'https:']);
});

test('the limits hold there too', () => {
  const { server } = new Spark({ https: {}, headersTimeout: 1_000, keepAliveTimeout: 2_000 });
  expect(server).toBeInstanceOf(https.Server);
  expect(server).toMatchObject({ headersTimeout: 1_000, requestTimeout: 60_000, keepAliveTimeout: 2_000 });
});
