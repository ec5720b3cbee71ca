import type { AddressInfo } from 'node:net';
import cluster from 'node:cluster';
import { systemClock } from '@spark-perf/core';
import { ResourceManager } from '@spark-perf/lifecycle';
import { followWorkers } from './balancer.js';
import { killWorker, startChaos } from './chaos/chaos.js';
import { importCities } from './cities/import-cities.js';
import { progressBar } from './cities/progress-bar.js';
import { connector } from './databases/connect.js';
import { SingleConnectionDatabase } from './databases/single-connection-database.js';
import { openFront } from './front.js';
import { createCluster, createResources } from './lifecycle.js';
import type { Settings } from './settings.js';
import { summary } from './traffic/summary.js';
import { startTraffic } from './traffic/start-traffic.js';
import { runWorker } from './worker.js';

/** Fills the database before any worker opens it. */
export async function prepareData(settings: Settings, from: string): Promise<void> {
  const database = await SingleConnectionDatabase.open(connector(settings));
  try {
    await importCities(database, {
      from,
      onProgress: progressBar('Importing 135,233 cities', process.stdout),
    });
  } finally {
    await database.close();
  }
}

/** The whole system: this process is the front, or one of the workers that it starts. */
export async function runSystem(settings: Settings, from: string): Promise<void> {
  const workers = createCluster(settings);
  if (cluster.isWorker) {
    await workers.run(() => runWorker(settings, createResources()));
    return;
  }
  const resources = createResources();
  await resources.run(async () => {
    await prepareData(settings, from);
    const front = openFront(settings, resources, settings.workers === 0 ? undefined : workers, {
      killWorker: () => killWorker(),
    });
    followWorkers(front.balancer, workers);
    // After the servers: the front drains while its workers still answer.
    if (settings.workers === 0) {
      const inside = new ResourceManager({ signals: false, exit: false });
      front.balancer.addServer({ id: 'worker-0', ...(await runWorker(settings, inside)) });
      resources.register('worker', inside);
    } else {
      resources.register('workers', workers, (it) => it.close(), { timeout: 7_000 });
      await workers.run(() => runWorker(settings, createResources()));
    }
    await front.app.listen(settings.port, settings.host);
    const { port } = front.app.server.address() as AddressInfo;
    announce(settings, port);
    const load = settings.traffic ? startTraffic(port) : undefined;
    const chaos = settings.chaos ? startChaos() : undefined;
    // The clients stop while the front still answers; what they met is told once it has drained.
    resources.on('shutdown', () => {
      chaos?.stop();
      void load?.stop();
    });
    if (load !== undefined || chaos !== undefined) {
      resources.onShutdown(async () => {
        console.log(summary(await load?.stop(), chaos, workers.getStats().crashes));
      });
    }
    if (settings.seconds !== undefined) {
      systemClock.setTimeout(() => void resources.shutdown('the time is over'), settings.seconds * 1_000);
    }
  });
}

function announce({ host }: Settings, port: number): void {
  const name = host === '127.0.0.1' || host === '::1' ? 'localhost' : host;
  console.log(`API        http://${name}:${port}/cities?q=istanb`);
  console.log(`Dashboard  http://${name}:${port}/admin/`);
  console.log('Stop       Ctrl-C');
}
