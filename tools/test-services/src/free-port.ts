import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below every system's ephemeral range, so that no outgoing connection takes the port of a server that is down for a
// moment; and 10,000 more (the bus port of a Redis Cluster node) is still below it.
const LOWEST = 11_000;
const HIGHEST = 22_000;

/**
 * A loopback port that nobody listened on a moment ago. Whoever binds it must be ready to lose a race and ask again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
  throw new Error('no free loopback port found in 100 attempts');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
