import { Agent, request } from 'node:http';

export interface LoadResult {
  readonly answered: number;
  readonly failures: readonly string[];
}

/** Keep-alive POST clients without retries, each sending one request after the other until stopped. */
export function startLoad(url: string, clients: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const failures: string[] = [];
  let answered = 0;
  let stopped = false;
  const post = (): Promise<void> =>
    new Promise((resolve) => {
      const fail = (error: unknown): void => {
        failures.push(String(error));
        resolve();
      };
      const body = JSON.stringify({ n: answered });
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const req = request(url, { agent, method: 'POST', headers, timeout: 20_000 }, (res) => {
        res.on('error', fail);
        res.on('end', () => {
          if (res.statusCode === 200) answered += 1;
          else failures.push(`status ${res.statusCode}`);
          resolve();
        });
        res.resume();
      });
      req.on('timeout', () => req.destroy(new Error('no answer')));
      req.on('error', fail);
      req.end(body);
    });
  const loops = Array.from({ length: clients }, async () => {
    while (!stopped) await post();
  });
  return {
    get answered() {
      return answered;
    },
    async stop(): Promise<LoadResult> {
      stopped = true;
      await Promise.all(loops);
      agent.destroy();
      return { answered, failures };
    },
  };
}
