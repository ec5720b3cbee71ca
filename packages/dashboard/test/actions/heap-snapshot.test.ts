import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Snapshot } from '../../src/index.js';
import { launchBrowser, watchPage } from '../support/browser.js';
import type { ClusterProcess } from '../support/cluster-process.js';
import { enter, startCluster } from '../support/cluster-process.js';

// In a process of its own: a snapshot of Jest's would be ten times as large.
let cluster: ClusterProcess;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const order = (cookie: string, fields: Record<string, string>): Promise<Response> =>
  fetch(`${cluster.url}api/actions/heap-snapshot`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(fields),
  });

/** What DevTools reads first of a snapshot. */
interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[] }; readonly node_count: number };
  readonly nodes: number[];
  readonly strings: string[];
}

function expectWhole({ snapshot, nodes, strings }: HeapSnapshot): void {
  expect(snapshot.node_count).toBeGreaterThan(10_000);
  expect(nodes).toHaveLength(snapshot.node_count * snapshot.meta.node_fields.length);
  expect(strings).toContain('WorkerProcesses'); // it is of the process with the page
}

test('is streamed whole, under a name that DevTools opens, and told in the feed', async () => {
  const { cookie, token } = await enter(cluster.url);
  const reply = await order(cookie, { token, process: String(cluster.pid) });
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('application/json');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(reply.headers.get('content-disposition')).toMatch(
    new RegExp(`^attachment; filename="${cluster.pid}-[\\w-]+\\.heapsnapshot"$`),
  );
  expectWhole((await reply.json()) as HeapSnapshot);
  const { events } = (await (await fetch(`${cluster.url}api/snapshot`)).json()) as Snapshot;
  expect(events).toContainEqual(
    expect.objectContaining({
      source: 'dashboard',
      text: `heap-snapshot ${cluster.pid}`,
      level: 'info',
    }),
  );
});

test('is not made without the token, and of no other process', async () => {
  const { cookie, token } = await enter(cluster.url);
  expect((await order(cookie, {})).status).toBe(403);
  expect((await order('', { token })).status).toBe(403);
  const { processes } = (await (await fetch(`${cluster.url}api/snapshot`)).json()) as Snapshot;
  const worker = processes.find(({ own }) => !own)!;
  expect((await order(cookie, { token, process: String(worker.pid) })).status).toBe(400);
});

test('ends with the client that wanted it, and the next one gets theirs', async () => {
  const { cookie, token } = await enter(cluster.url);
  await new Promise<void>((resolve) => {
    const leaving = request(
      `${cluster.url}api/actions/heap-snapshot`,
      { method: 'POST', headers: { cookie, 'x-spark-token': token } },
      (response) => response.once('data', () => leaving.destroy()),
    );
    leaving.on('error', () => {});
    leaving.on('close', () => resolve());
    leaving.end();
  });
  const next = await waitFor(
    async () => {
      const reply = await order(cookie, { token });
      if (reply.status === 200) return reply;
      expect(reply.status).toBe(409); // until the server has noticed
      return undefined;
    },
    { timeout: 60_000, interval: 100 },
  );
  expectWhole((await next.json()) as HeapSnapshot);
});

test('is a download of the page, behind a confirmation', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const watched = watchPage(page);
    await page.goto(cluster.url);
    await waitFor(async () => (await page.innerText('#live')) === 'Live');
    const form = page.locator('form[aria-label="Heap snapshot"]');
    expect(await form.locator('button').isVisible()).toBe(false);
    await form.locator('summary').click();
    expect(await form.innerText()).toContain('every secret in memory');
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 90_000 }),
      form.locator('button').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^\d+-[\w-]+\.heapsnapshot$/);
    expectWhole(JSON.parse(readFileSync(await download.path(), 'utf8')) as HeapSnapshot);
    // The page has stayed, and goes on.
    expect(page.url()).toBe(cluster.url);
    await waitFor(async () => (await page.innerText('#events')).includes('heap-snapshot'));
    expect(watched.errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
