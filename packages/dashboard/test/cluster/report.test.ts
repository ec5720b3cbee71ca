import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Snapshot } from '../../src/index.js';

let primary: ChildProcess;
let url: string;

beforeEach(async () => {
  primary = spawn(process.execPath, [path.join(__dirname, '../fixtures/cluster.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  let printed = '';
  primary.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  url = await waitFor(() => /^http:\S+(?=\n)/.exec(printed)?.[0], {
    timeout: 25_000,
    message: 'the cluster to be ready',
  });
});
afterEach(async () => {
  primary.stdin?.end();
  await waitFor(() => primary.exitCode !== null || primary.signalCode !== null);
});

const say = (line: string): unknown => primary.stdin?.write(`${line}\n`);
const snapshot = async (): Promise<Snapshot> =>
  (await fetch(`${url}api/snapshot`)).json() as Promise<Snapshot>;
const requestsAre = (count: number) =>
  waitFor(async () => ((await snapshot()).traffic?.requests ?? 0) >= count);

test('figures of all workers are one, and totals never fall when a worker ends', async () => {
  say('serve 1 100');
  say('serve 2 50');
  await requestsAre(150);
  const before = await snapshot();
  expect(before.traffic).toMatchObject({ requests: 150, inFlight: 2 });
  expect(before.processes.map(({ name }) => name)).toEqual(['primary', 'worker 1', 'worker 2']);
  const pool = before.cards.find(({ kind }) => kind === 'pool');
  expect(pool?.bars[0]?.parts.find(({ label }) => label === 'unused')?.value).toBe(10);

  // Counted after the last report, and lost if the worker did not tell when it ends.
  say('serve 1 25');
  say('exit 1');
  await waitFor(async () => (await snapshot()).processes.length === 2);
  expect((await snapshot()).traffic).toMatchObject({ requests: 175, inFlight: 1 });
});

test('a worker makes its own profile', async () => {
  const page = await fetch(url);
  const cookie = page.headers.get('set-cookie')!.split(';')[0]!;
  const token = /name="token"\s+content="([^"]+)"/.exec(await page.text())![1]!;
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
