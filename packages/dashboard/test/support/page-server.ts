import { Spark } from '@spark-perf/server';
import type { AddressInfo } from 'node:net';
import type { DashboardOptions } from '../../src/index.js';
import { dashboard } from '../../src/index.js';

/** A server with the page at `/admin`. */
export async function pageServer(options: DashboardOptions) {
  const app = new Spark({ signals: false });
  const middleware = dashboard(options);
  app.use('/admin', middleware);
  await app.listen(0, '127.0.0.1');
  const { port } = app.server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await middleware.close();
    await app.close();
  };
  return { url: `http://127.0.0.1:${port}/admin/`, port, app, dashboard: middleware.dashboard, close };
}
