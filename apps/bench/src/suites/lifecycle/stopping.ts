import { createTerminus } from '@godaddy/terminus';
import { ResourceManager } from '@spark-perf/lifecycle';
import closeWithGrace from 'close-with-grace';
import { createHttpTerminator } from 'http-terminator';
import type { Server } from 'node:http';

/** How a server is stopped on SIGTERM, by each library as its documentation shows. */
export const STOPPING = {
  'spark-perf': (server: Server): void => {
    new ResourceManager().server(server);
  },
  terminus: (server: Server): void => {
    createTerminus(server, { signal: 'SIGTERM', timeout: 5_000, useExit0: true });
  },
  'http-terminator': (server: Server): void => {
    const terminator = createHttpTerminator({ server, gracefulTerminationTimeout: 5_000 });
    process.once('SIGTERM', () => void terminator.terminate().then(() => process.exit(0)));
  },
  'server.close': (server: Server): void => {
    process.once('SIGTERM', () => server.close(() => process.exit(0)));
  },
  'close-with-grace': (server: Server): void => {
    closeWithGrace({ delay: 7_000 }, async () => {
      await new Promise((resolve) => server.close(resolve));
    });
  },
} as const;

export type StoppingName = keyof typeof STOPPING;
export const PEERS: readonly StoppingName[] = [
  'terminus',
  'http-terminator',
  'server.close',
  'close-with-grace',
];
