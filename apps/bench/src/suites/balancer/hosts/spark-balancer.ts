import { Socket } from 'node:net';
import { LoadBalancer } from '@spark-perf/balancer';
import { Spark } from '@spark-perf/server';
import type { StartServer } from '../../../serve.js';
import { running } from '../../server/hosts/listen.js';

/** Ours with everything on: health, statistics, filtering, retries, upgrades. */
export const start: StartServer = async (upstream) => {
  const balancer = new LoadBalancer({ health: { path: '/' } });
  balancer.addServer({ id: 'a', url: `http://127.0.0.1:${Number(upstream)}` });
  const app = new Spark({ security: false });
  app.use(balancer.middleware());
  balancer.upgrade(app);
  await app.listen(0, '127.0.0.1');
  const ask = (question: unknown) =>
    question === 'sockets' ? socketFigures() : (balancer.getStats() as unknown);
  return { ...(await running(app.server)), ask };
};

/** What the connections of this process hold: `queued` is to be written, or was read and not yet passed on. */
function socketFigures(): { readonly open: number; readonly queued: number } {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => unknown[] };
  const sockets = handles().filter(
    (handle) => handle instanceof Socket && handle.remotePort !== undefined,
  ) as Socket[];
  const queued = sockets.reduce((sum, socket) => sum + socket.writableLength + socket.readableLength, 0);
  return { open: sockets.length, queued };
}
