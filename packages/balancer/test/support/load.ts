import { Agent, request } from 'node:http';

export interface LoadResult {
  readonly requests: number;
  /** Everything but 200, by what it was. */
  readonly failures: readonly string[];
}

/** Keeps `connections` requests going until `stop()`; tells how they ended. */
export function startLoad(port: number, connections: number, methods: readonly string[] = ['GET']) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const failures: string[] = [];
  let requests = 0;
  let stopped = false;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const method = methods[requests++ % methods.length]!;
      const outgoing = request({ agent, port, host: '127.0.0.1', method, path: '/task' }, (res) => {
        if (res.statusCode !== 200) failures.push(`${method} ${res.statusCode}`);
        res.resume();
        res.on('close', () => {
          if (!res.complete) failures.push(`${method} cut`);
          resolve();
        });
      });
      outgoing.on('error', (error) => {
        failures.push(`${method} ${error.message}`);
        resolve();
      });
      outgoing.end(method === 'POST' ? 'body' : undefined);
    });
  const workers = Array.from({ length: connections }, async () => {
    while (!stopped) await one();
  });
  return {
    get requests() {
      return requests;
    },
    async stop(): Promise<LoadResult> {
      stopped = true;
      await Promise.all(workers);
      agent.destroy();
      return { requests, failures };
    },
  };
}
