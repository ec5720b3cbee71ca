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
/** Of a round: one process is killed while all of them are asked for each. A key is a trial. */
const KEYS = 4;
const UNKNOWN = 'urn:spark-perf:dedupe:outcome-unknown';
const FINAL = new Set(['201', UNKNOWN]);

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
    const rounds = soakCount(1_000) / KEYS;
    let orphans = 0;
    for (let round = 0; round < rounds; round++) {
      const keys = Array.from({ length: KEYS }, (_, index) => `round-${round}-${index}`);
      // Whoever runs a handler; in every other round anybody, whatever it is at.
      const choice = round % 2 === 0 ? () => owner(keys[0]!) : () => Math.floor(random() * WORKERS);
      const killed = killAfter(choice, random() * 20);
      await Promise.all(keys.flatMap((key) => workers.map(({ port }) => send(port, key))));
      const victim = await killed;
      const replaced = spawnWorker();
      const survivor = workers.find((_, index) => index !== victim)!;
      const answers = await Promise.all(keys.map((key) => finalAnswer(survivor.port, key)));
      orphans += answers.filter((answer) => answer === UNKNOWN).length;
      for (const key of keys) expect(Number(await client.get(`starts:${key}`))).toBeLessThanOrEqual(1);
      workers[victim] = await replaced;
    }
    expect(orphans).toBeGreaterThan(0);
  },
  soakCount(10) === 10 ? 1_800_000 : 180_000,
);

/** Asks until told for good. A request that is sent when the lease has been over for a second must be. */
async function finalAnswer(port: number, key: string): Promise<string> {
  const start = performance.now();
  for (;;) {
    const isLate = performance.now() - start > LEASE + 1_000;
    const answer = (await send(port, key)) ?? 'no answer';
    if (FINAL.has(answer)) return answer;
    if (isLate) throw new Error(`${key} is not final after its lease: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The index of the worker whose handler has started. */
function owner(key: string): Promise<number> {
  const started = async (): Promise<string> => {
    const pid = Number(await client.get(`owner:${key}`));
    return String(workers.findIndex(({ child }) => child.pid === pid)).replace('-1', '');
  };
  return waitFor(started, { interval: 1 }).then(Number);
}

async function killAfter(choice: () => number | Promise<number>, ms: number): Promise<number> {
  const victim = await choice();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const { child } = workers[victim]!;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  return victim;
}
