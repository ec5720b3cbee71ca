import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { Child } from '../child.js';
import type { Message } from '../child.js';

const children: Child[] = [];

function start(settings: object, detached = false): Child {
  const child = Child.start('cluster.mjs', settings, [], detached);
  children.push(child);
  return child;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

async function started(settings: object, detached = false) {
  const child = start(settings, detached);
  await child.heard({ done: 'start' });
  const ready = await child.heard({ event: 'ready' });
  return { child, url: (ready.report as { url: string }).url, pid: ready.pid as number };
}

const post = async (url: string): Promise<Message> =>
  (await (await fetch(url, { method: 'POST', body: 'x' })).json()) as Message;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('workers that do not come up', () => {
  test.each([
    ['exit at once', 'crash', 3],
    ['throw', 'throw', 1],
  ])('%s: started again ever later, given up with code 1', async (_, fault, code) => {
    const cluster = { workers: 1, minBackoff: 20, maxBackoff: 50, maxCrashes: 4 };
    const child = start({ cluster, fault });
    expect(await child.exit).toEqual({ code: 1, signal: null });
    const delays = child.all({ event: 'backoff' }).map(({ delay }) => delay as number);
    expect(delays).toHaveLength(3);
    [20, 40, 50].forEach((full, index) => {
      expect(delays[index]).toBeGreaterThanOrEqual(full * 0.8);
      expect(delays[index]).toBeLessThanOrEqual(full);
    });
    expect(child.all({ event: 'gaveUp' })).toMatchObject([{ crashes: 4 }]);
    expect(child.all({ event: 'gone' }).every((one) => one.code === code && one.expected === false)).toBe(
      true,
    );
    expect(child.errors).toContain('SPARK_CRASH_LOOP');
    if (fault === 'throw') expect(child.errors).toContain('cannot start');
  });

  test('are told to go before they can hear it: told again, not left to be killed', async () => {
    // No process of Node starts within 1 ms.
    const cluster = { workers: 1, readyTimeout: 1, minBackoff: 10, maxCrashes: 2, drainTimeout: 60_000 };
    const child = start({ cluster });
    expect(await child.exit).toEqual({ code: 1, signal: null });
    expect(child.all({ event: 'gone' }).map(({ signal }) => signal)).toEqual([null, null]);
  });

  test('never get ready: told to go after readyTimeout, counted as crashes', async () => {
    const cluster = { workers: 1, readyTimeout: 300, minBackoff: 10, maxCrashes: 2 };
    const child = start({ cluster, fault: 'never-ready' });
    expect(await child.exit).toEqual({ code: 1, signal: null });
    expect(child.all({ event: 'draining', reason: 'not ready' })).toHaveLength(2);
    expect(child.all({ event: 'ready' })).toEqual([]);
  });
});

describe('reload', () => {
  test.each(['later-never-ready', 'later-crash'])('%s: aborted, the old workers stay', async (fault) => {
    const { child, url } = await started({ cluster: { workers: 2 }, fault });
    const before = child.all({ event: 'ready' }).map(({ pid }) => pid);
    child.send({ order: 'break' });
    child.send({ order: 'reload' });
    expect(await child.heard({ done: 'reload' })).toMatchObject({ outcomes: ['SPARK_RELOAD_ABORTED'] });
    expect(await child.heard({ event: 'reloadAborted' })).toMatchObject({ replaced: 0 });
    expect(before).toContain((await post(url)).pid);
    child.send({ order: 'stats' });
    const { stats } = (await child.heard({ done: 'stats' })) as { stats: { workers: Message[] } };
    expect(stats.workers.map(({ pid, state }) => [pid, state])).toEqual(
      expect.arrayContaining(before.map((pid) => [pid, 'ready'])),
    );
    child.kill('SIGTERM');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  });

  test('overlapping requests share one further reload; the new worker is ready before the old one drains', async () => {
    const { child } = await started({ cluster: { workers: 1 } });
    child.send({ order: 'reload', count: 5 });
    const { outcomes } = await child.heard({ done: 'reload' });
    expect(outcomes).toEqual(Array(5).fill('fulfilled'));
    const order = child.messages.flatMap(({ event }) =>
      typeof event === 'string' && ['ready', 'draining', 'gone', 'reloaded'].includes(event) ? [event] : [],
    );
    const round = ['ready', 'draining', 'gone', 'reloaded'];
    expect(order).toEqual(['ready', ...round, ...round]);
  });

  test('SIGHUP reloads', async () => {
    const { child, pid } = await started({ cluster: { workers: 1 } });
    child.kill('SIGHUP');
    await child.heard({ event: 'reloaded' });
    expect(child.all({ event: 'gone' })).toMatchObject([{ pid, code: 0, expected: true }]);
  });
});

test('a worker that crashes is replaced', async () => {
  const { child, url, pid } = await started({ cluster: { workers: 1, minBackoff: 10 } });
  await fetch(`${url}/crash`, { method: 'POST' }).catch(() => {});
  expect(await child.heard({ event: 'gone' })).toMatchObject({ pid, code: 5, expected: false });
  const { report } = await child.heard({ event: 'ready' }, 2);
  expect((await post((report as { url: string }).url)).pid).not.toBe(pid);
});

test('a worker over its memory limit is drained and replaced', async () => {
  const cluster = {
    workers: 1,
    maxMemory: 150 * 1024 * 1024,
    memoryInterval: 20,
    minBackoff: 1,
    maxBackoff: 1,
  };
  const { child, url, pid } = await started({ cluster });
  while (child.all({ event: 'draining' }).length === 0)
    await fetch(`${url}/eat`, { method: 'POST', body: 'x' });
  expect(await child.heard({ event: 'gone' })).toMatchObject({ pid, code: 0, expected: true });
  expect(child.all({ event: 'draining' })).toMatchObject([{ pid, reason: 'memory' }]);
});

test('a worker that blocks its drain is killed, and the exit code says so', async () => {
  const { child } = await started({ cluster: { workers: 1, drainTimeout: 400 }, fault: 'block-drain' });
  child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code: 1, signal: null });
  expect(child.all({ event: 'gone' })).toMatchObject([{ signal: 'SIGKILL' }]);
});

test('Ctrl-C reaches every process of the terminal; requests in flight are answered, once told by the primary', async () => {
  const { child, url } = await started({ cluster: { workers: 2 } }, true);
  const slow = await fetch(`${url}/slow`, { method: 'POST', body: 'x' });
  process.kill(-(child.process.pid as number), 'SIGINT');
  expect(await slow.json()).toMatchObject({ got: 1 });
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.all({ event: 'gone' })).toMatchObject([
    { code: 0, expected: true },
    { code: 0, expected: true },
  ]);
});

test('signals sent to a worker are ignored', async () => {
  const { child, url, pid } = await started({ cluster: { workers: 1 } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) process.kill(pid, signal);
  expect(await post(url)).toMatchObject({ pid });
  expect(child.all({ event: 'gone' })).toEqual([]);
});

test('a forced exit of the primary leaves no worker behind', async () => {
  const { child, pid } = await started({ cluster: { workers: 1 }, fault: 'block-drain' });
  child.kill('SIGTERM');
  await child.heard({ event: 'draining' });
  child.kill('SIGINT');
  expect(await child.exit).toEqual({ code: 130, signal: null });
  await waitFor(() => !isAlive(pid));
});

test('when the primary is killed its workers answer what is in flight, and end', async () => {
  const { child, url } = await started({ cluster: { workers: 2 } });
  const workers = child.all({ event: 'ready' }).map(({ pid }) => pid as number);
  const slow = await fetch(`${url}/slow`, { method: 'POST', body: 'x' });
  child.kill('SIGKILL');
  expect(await slow.json()).toMatchObject({ got: 1 });
  await waitFor(() => !workers.some(isAlive));
});

test('close() drains the workers and leaves the process alone', async () => {
  const { child } = await started({ cluster: { workers: 1 } });
  child.send({ order: 'close' });
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.all({ event: 'gone' })).toMatchObject([{ code: 0, expected: true }]);
});

test('workers: 0 runs in this process, without reloads', async () => {
  const { child, url, pid } = await started({ cluster: { workers: 0 } });
  expect(pid).toBe(child.process.pid);
  expect(await post(url)).toMatchObject({ pid });
  child.send({ order: 'reload' });
  expect(await child.heard({ done: 'reload' })).toMatchObject({ outcomes: ['SPARK_RELOAD_ABORTED'] });
  child.kill('SIGTERM');
  expect(await child.exit).toEqual({ code: 0, signal: null });
});

test('getStats() and collect() tell of every worker', async () => {
  const { child } = await started({ cluster: { workers: 2, maxMemory: 1e12, memoryInterval: 10 } });
  await waitFor(async () => {
    const heard = child.all({ done: 'stats' }).length;
    child.send({ order: 'stats' });
    const { stats } = (await child.heard({ done: 'stats' }, heard + 1)) as { stats: { workers: Message[] } };
    return stats.workers.every(({ memory }) => typeof memory === 'number');
  });
  const last = child.all({ done: 'stats' }).at(-1) as { stats: Message; families: { name: string }[] };
  expect(last.stats).toMatchObject({
    role: 'primary',
    reloading: false,
    crashes: 0,
    workers: [
      { slot: 0, state: 'ready', report: { url: expect.any(String) } },
      { slot: 1, state: 'ready', report: { url: expect.any(String) } },
    ],
  });
  expect(last.families.map(({ name }) => name)).toEqual([
    'spark_cluster_workers',
    'spark_cluster_worker_memory_bytes',
    'spark_cluster_crashes',
    'spark_cluster_reloads',
  ]);
});
