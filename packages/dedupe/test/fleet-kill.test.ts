import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { Redis } from 'ioredis';
import { seededRandom } from '@spark-perf/core';
import type { RedisService } from '@spark-perf/test-services';
import { soakCount, startRedis, testSeed, waitFor } from '@spark-perf/test-services';

const LEASE = 400;
const WORKERS = 4;
const FINAL = new Set(['201', 'urn:spark-perf:dedupe:outcome-unknown']);

interface Worker {
  readonly child: ChildProcess;
  readonly port: number;
}

let service: RedisService;
let client: Redis;
let workers: Worker[] = [];

function spawnWorker(): Promise<Worker> {
  const child = fork(path.join(__dirname, 'fixtures/worker.mjs'), [String(service.port), String(LEASE)]);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve({ child, port: (message as { port: number }).port }));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`worker ended with ${code} before it listened`)));
  });
}

/** What became of a request: a status, the type of a refusal, or nothing when the worker died on the way. */
function send(port: number, key: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { Host: 'fleet.example', 'Idempotency-Key': key, 'Content-Type': 'application/json' };
    http
      .request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('error', () => resolve(undefined));
        response.on('end', () =>
          resolve(response.statusCode === 201 ? '201' : (JSON.parse(body) as { type: string }).type),
        );
      })
      .on('error', () => resolve(undefined))
      .end('{}');
  });
}

beforeAll(async () => {
  service = await startRedis();
  client = new Redis(service.port, service.host);
  workers = await Promise.all(Array.from({ length: WORKERS }, spawnWorker));
}, 60_000);

afterAll(async () => {
  for (const { child } of workers) child.kill('SIGKILL');
  client.disconnect();
  await service.stop();
});

test(
  'with owners killed at random a handler starts at most once for a key, and every key gets a final answer',
  async () => {
    const random = seededRandom(testSeed());
    const trials = soakCount(1_000);
    const recoveries: number[] = [];
    for (let trial = 0; trial < trials; trial++) {
      const key = `trial-${trial}`;
      const victim = trial % 4 === 0 ? Math.floor(random() * WORKERS) : undefined;
      const killed = victim === undefined ? undefined : killAfter(workers[victim]!, random() * 25);
      await Promise.all(workers.map(({ port }) => send(port, key)));
      await killed;
      const since = performance.now();
      const survivor = workers.find((_, index) => index !== victim)!;
      await waitFor(async () => FINAL.has((await send(survivor.port, key)) ?? ''), { timeout: 30_000 });
      recoveries.push(performance.now() - since);
      expect(Number(await client.get(`starts:${key}`))).toBeLessThanOrEqual(1);
      if (victim !== undefined) workers[victim] = await spawnWorker();
    }
    recoveries.sort((a, b) => a - b);
    expect(recoveries[Math.floor(trials / 2)]).toBeLessThan(LEASE + 1_000);
  },
  soakCount(10) === 10 ? 1_800_000 : 180_000,
);

async function killAfter({ child }: Worker, ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
