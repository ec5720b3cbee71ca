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
  return { ...(await running(app.server)), ask: () => balancer.getStats() };
};
