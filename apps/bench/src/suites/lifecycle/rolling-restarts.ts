import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PostClients } from './post-clients.js';
import type { StoppingName } from './stopping.js';

export interface RollingOutcome {
  readonly answered: number;
  readonly failed: number;
  /** Mean time of one restart of both workers, in ms. */
  readonly restart: number;
}

/** Restarts a cluster under load, `restarts` times and until `requests` were answered. */
export async function rollingRestarts(
  way: StoppingName | 'cluster',
  restarts: number,
  requests: number,
): Promise<RollingOutcome> {
  const child = fork(fileURLToPath(new URL('./rolling-primary.js', import.meta.url)), [way], {
    execArgv: [],
  });
  const next = async (): Promise<{ port: number; restarted: number }> => {
    const [message] = (await once(child, 'message')) as [{ port: number; restarted: number }];
    return message;
  };
  const { port } = await next();
  const clients = new PostClients(port, 16);
  let restart = 0;
  for (let done = 0; done < restarts; done++) {
    child.send('restart');
    restart += (await next()).restarted / restarts;
  }
  while (clients.answered < requests) await new Promise((resolve) => setTimeout(resolve, 50));
  await clients.stop();
  child.kill('SIGKILL');
  return { answered: clients.answered, failed: clients.failed, restart };
}
