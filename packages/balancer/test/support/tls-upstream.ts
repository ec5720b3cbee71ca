import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';

/** A certificate for `api.internal` and the authority that has signed it; both last until 2126. */
export const pem = (name: 'ca' | 'cert' | 'key'): Buffer =>
  readFileSync(path.join(__dirname, `../fixtures/tls/${name}.pem`));

export interface TlsUpstream {
  readonly port: number;
  /** The names that were asked for, one per connection; undefined: none. */
  readonly names: (string | undefined)[];
  /** Connections that went on with an earlier one's TLS session. */
  readonly resumed: () => number;
  close(): void;
}

/** An HTTPS server of the test. */
export async function startTlsUpstream(listener: RequestListener): Promise<TlsUpstream> {
  const names: (string | undefined)[] = [];
  let resumed = 0;
  const server = createServer({ cert: pem('cert'), key: pem('key') }, listener);
  server.on('secureConnection', (socket: TLSSocket & { servername?: string | false }) => {
    names.push(socket.servername || undefined);
    if (socket.isSessionReused()) resumed++;
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    names,
    resumed: () => resumed,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
