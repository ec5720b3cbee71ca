import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import type { Snapshot } from '../../src/index.js';
import type { ClusterProcess } from '../support/cluster-process.js';
import { enter, startCluster } from '../support/cluster-process.js';

let cluster: ClusterProcess;
let url: string;

beforeEach(async () => {
  cluster = await startCluster();
  url = cluster.url;
});
afterEach(() => cluster?.stop());

const snapshot = async (): Promise<Snapshot> =>
  (await fetch(`${url}api/snapshot`)).json() as Promise<Snapshot>;
const requestsAre = (count: number) =>
  waitFor(async () => ((await snapshot()).traffic?.requests ?? 0) >= count);

test('figures of all workers are one, and totals never fall when a worker ends', async () => {
  cluster.say('serve 1 100');
  cluster.say('serve 2 50');
  await requestsAre(150);
  const before = await snapshot();
  expect(before.traffic).toMatchObject({ requests: 150, inFlight: 2 });
  expect(before.processes.map(({ name }) => name)).toEqual(['primary', 'worker 1', 'worker 2']);
  const pool = before.cards.find(({ kind }) => kind === 'pool');
  expect(pool?.bars[0]?.parts.find(({ label }) => label === 'unused')?.value).toBe(10);

  // Counted after the last report, and lost if the worker did not tell when it ends.
  cluster.say('serve 1 25');
  cluster.say('exit 1');
  await waitFor(async () => (await snapshot()).processes.length === 2);
  expect((await snapshot()).traffic).toMatchObject({ requests: 175, inFlight: 1 });
});

test('a worker makes its own profile', async () => {
  const { cookie, token } = await enter(url);
  const worker = (await snapshot()).processes.find(({ name }) => name === 'worker 2')!;
  const make = () =>
    fetch(`${url}api/actions/cpu-profile`, {
      method: 'POST',
      headers: { cookie, accept: 'application/json' },
      body: new URLSearchParams({ token, seconds: '0.2', process: String(worker.pid) }),
    });
  const reply = await make();
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-disposition')).toContain(`"${worker.pid}-`);
  expect(await reply.json()).toMatchObject({ nodes: expect.any(Array) });
});
