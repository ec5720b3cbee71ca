import type { AddressInfo } from 'node:net';
import type { Middleware } from '@spark-perf/core';
import { Spark } from '@spark-perf/server';
import type { LoadBalancerOptions, ServerOptions } from '../../src/index.js';
import { LoadBalancer } from '../../src/index.js';

export interface Front {
  readonly balancer: LoadBalancer;
  readonly app: Spark;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

export interface FrontOptions extends LoadBalancerOptions {
  readonly mount?: string;
  readonly before?: readonly Middleware[];
}

/** A Spark application that balances over `servers` (ports, or whole servers). Checks are off unless asked for. */
export async function startFront(
  servers: readonly (number | ServerOptions)[],
  { mount, before = [], ...options }: FrontOptions = {},
): Promise<Front> {
  const balancer = new LoadBalancer({ health: false, ...options });
  for (const [index, server] of servers.entries()) {
    balancer.addServer(
      typeof server === 'number' ? { id: `s${index}`, url: `http://127.0.0.1:${server}` } : server,
    );
  }
  const app = new Spark({ security: false });
  for (const middleware of before) app.use(middleware as never);
  if (mount === undefined) app.use(balancer.middleware() as never);
  else app.use(mount, balancer.middleware() as never);
  balancer.upgrade(app, { path: mount ?? '/' });
  await app.listen(0, '127.0.0.1');
  const { port } = app.server.address() as AddressInfo;
  return {
    balancer,
    app,
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      await balancer.close({ drain: 0 });
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
