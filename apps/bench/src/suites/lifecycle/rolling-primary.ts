import { ResourceManager } from '@spark-perf/lifecycle';
import { ClusterManager } from '@spark-perf/lifecycle/cluster';
import type { Worker } from 'node:cluster';
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoppingName } from './stopping.js';
import { STOPPING } from './stopping.js';

// A cluster of two workers. Its parent says `restart`; the argument names who stops the workers, `ClusterManager` or a
// plain primary: replacement forked and listening, SIGTERM to the old worker, SIGKILL when it takes more than 8 s.
const PATIENCE = 8_000;
const way = process.argv[2] as StoppingName | 'cluster';
const tell = (message: object): void => void process.send?.(message);

function serve(): Server {
  return createServer((req, res) => {
    req.resume().on('end', () => res.end('answered'));
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function replace(old: Worker): Promise<Worker> {
  const next = cluster.fork();
  await once(next, 'listening');
  const gone = once(old, 'exit');
  old.process.kill('SIGTERM');
  const patience = setTimeout(() => old.process.kill('SIGKILL'), PATIENCE);
  await gone;
  clearTimeout(patience);
  return next;
}

async function plainPrimary(name: StoppingName): Promise<void> {
  if (cluster.isWorker) {
    const server = serve();
    STOPPING[name](server);
    await listen(server);
    return;
  }
  const workers: Worker[] = [];
  let port = 0;
  for (let slot = 0; slot < 2; slot++) {
    const worker = cluster.fork();
    const [address] = (await once(worker, 'listening')) as [AddressInfo];
    port = address.port;
    workers.push(worker);
  }
  process.on('message', () => {
    void (async () => {
      const begin = performance.now();
      for (const [slot, worker] of workers.entries()) workers[slot] = await replace(worker);
      tell({ restarted: performance.now() - begin });
    })();
  });
  tell({ port });
}

async function managedPrimary(): Promise<void> {
  const manager = new ClusterManager({ workers: 2 });
  let port = 0;
  manager.on('ready', ({ report }) => (port = (report as { port: number }).port));
  await manager.run(async () => {
    const resources = new ResourceManager();
    const server = serve();
    resources.server(server);
    return { port: await listen(server) };
  });
  if (cluster.isWorker) return;
  process.on('message', () => {
    const begin = performance.now();
    void manager.reload().then(() => tell({ restarted: performance.now() - begin }));
  });
  tell({ port });
}

await (way === 'cluster' ? managedPrimary() : plainPrimary(way));
