import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PostClients } from './post-clients.js';
import type { StoppingName } from './stopping.js';

const CAP = 10_000;

/** How long a server with busy keep-alive clients takes from SIGTERM to its exit, in ms; `cap` when it has to be killed. */
export async function stopTime(name: StoppingName): Promise<number> {
  const child = fork(fileURLToPath(new URL('./stop-server.js', import.meta.url)), [name], { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const clients = new PostClients(port, 16);
  while (clients.answered < 500) await new Promise((resolve) => setTimeout(resolve, 10));
  const gone = once(child, 'exit');
  const begin = performance.now();
  child.kill('SIGTERM');
  const cap = setTimeout(() => child.kill('SIGKILL'), CAP);
  await gone;
  const took = performance.now() - begin;
  clearTimeout(cap);
  await clients.stop();
  return took;
}
