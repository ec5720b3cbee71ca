import { FakeSource } from './fake-source.js';

/** Three servers, the last one down. */
export class FakeBalancer extends FakeSource {
  readonly servers = ['api-1', 'api-2', 'api-3'].map((id, i) => ({
    id,
    healthy: i < 2,
    state: i < 2 ? 'healthy' : 'ejected',
    requests: 41_200 - i * 9_000,
    errors: i * i * 7,
    responseTime: 8 + i,
    activeConnections: 12 - i * 4,
    p99: 38 + i * 11,
    retries: i,
    ejections: i === 2 ? 1 : 0,
  }));

  constructor() {
    super(
      () => [],
      () => ({ servers: this.servers }),
    );
  }

  drainServer(id: string): Promise<void> {
    this.#find(id).state = 'draining';
    return Promise.resolve();
  }

  restoreServer(id: string): Promise<void> {
    this.#find(id).state = 'healthy';
    return Promise.resolve();
  }

  #find(id: string): { state: string } {
    const server = this.servers.find((one) => one.id === id);
    if (server === undefined) throw new Error(`no server ${id}`);
    return server;
  }
}
