import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves for one test: `url` to fetch from, and what ends it. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

export async function listen(listener: http.RequestListener | http.Server): Promise<Listening> {
  const server = typeof listener === 'function' ? http.createServer(listener) : listener;
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
