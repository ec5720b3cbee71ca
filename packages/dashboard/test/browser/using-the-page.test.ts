import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, watchPage } from '../support/browser.js';
import { families, FakeSource } from '../support/fake-source.js';
import { FakeSystem } from '../support/fake-system.js';
import { pageServer } from '../support/page-server.js';

const folder = path.join(__dirname, '../../screenshots');

let browser: Browser;
let system: FakeSystem;
let server: Awaited<ReturnType<typeof pageServer>>;
let page: Page;
let watched: ReturnType<typeof watchPage>;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  system = new FakeSystem();
  system.step();
  server = await pageServer({ ...system.sources, interval: 250 });
  page = await browser.newPage();
  watched = watchPage(page);
});
afterEach(async () => {
  await page.close();
  await server.close();
  expect(watched.errors).toEqual([]);
  expect([...watched.origins].filter((origin) => origin !== new URL(server.url).origin)).toEqual([]);
});

const text = (selector: string): Promise<string> => page.innerText(selector);

describe('without scripts', () => {
  test('the first paint shows everything, and sorting and draining work', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(server.url);
    expect(await plain.innerText('#traffic')).toContain('requests');
    expect(await plain.locator('#routes tbody tr').count()).toBe(7);
    expect(await plain.locator('#engines article').count()).toBe(7);
    await plain.click('#routes th button:has-text("Route")');
    await plain.waitForURL(/sort=/);
    expect(await plain.getAttribute('#routes th:first-child', 'aria-sort')).toBe('ascending');
    expect(await plain.innerText('#routes tbody tr:first-child th')).toBe('GET _unmatched');
    await plain.click('#engines summary:has-text("Drain")');
    await plain.click('#engines button:has-text("Drain api-1")');
    await plain.waitForURL(server.url);
    expect(system.balancer.servers[0]?.state).toBe('draining');
    expect(await plain.innerText('#engines')).toContain('Restore');
    await context.close();
  });
});

describe('live', () => {
  test('figures change by themselves, and stand still while paused', async () => {
    await page.goto(server.url);
    await waitFor(async () => (await text('#live')) === 'Live');
    const before = await text('#t-rate ~ .facts');
    system.step(50_000);
    await waitFor(async () => (await text('#t-rate ~ .facts')) !== before);
    await page.click('#pause');
    expect(await text('#live')).toBe('Paused');
    expect(await page.getAttribute('#pause', 'aria-pressed')).toBe('true');
    await waitFor(() => server.dashboard.getStats().viewers === 0);
    await page.click('#pause');
    await waitFor(async () => (await text('#live')) === 'Live');
  });

  test('tells that the connection is lost, since when, and that it is back', async () => {
    await page.goto(server.url);
    await waitFor(async () => (await text('#live')) === 'Live');
    let cut = true;
    await page.route('**/api/stream', (route) => (cut ? route.abort() : route.continue()));
    server.app.server.closeAllConnections();
    await waitFor(async () => /^Disconnected at \d.*: trying again$/.test(await text('#live')));
    const told = await text('#live');
    await waitFor(() => server.dashboard.getStats().viewers === 0);
    expect(await text('#live')).toBe(told);
    cut = false;
    await waitFor(async () => (await text('#live')) === 'Live', { timeout: 30_000 });
    watched.errors.length = 0; // the browser itself complains of a connection that is refused
  });

  test('sorts by a press on a header, also by keyboard, and keeps focus and order with new figures', async () => {
    await page.goto(server.url);
    await waitFor(async () => (await text('#live')) === 'Live');
    await page.focus('#routes th button:has-text("p99")');
    await page.keyboard.press('Enter');
    const header = page.locator('#routes th:has(button:has-text("p99"))');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    const seen = server.dashboard.getStats().snapshots;
    await waitFor(() => server.dashboard.getStats().snapshots > seen + 2);
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('p99');
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(page.url()).toContain('sort=p99.asc');
    expect(await text('#routes tbody tr:first-child th')).toBe('GET _unmatched');
  });

  test('what a person opened stays open', async () => {
    await page.goto(server.url);
    await page.click('#traffic summary >> nth=0');
    const seen = server.dashboard.getStats().snapshots;
    system.step();
    await waitFor(() => server.dashboard.getStats().snapshots > seen + 2);
    expect(await page.locator('#traffic details >> nth=0').getAttribute('open')).not.toBeNull();
    expect(await text('#traffic details >> nth=0')).toContain('last 30 s');
  });

  test('a change of the overall state is announced, figures are not', async () => {
    system.balancer.servers[2]!.healthy = true;
    system.balancer.servers[2]!.state = 'healthy';
    await page.goto(server.url);
    await waitFor(async () => (await text('#summary')).includes('Everything is fine'));
    await waitFor(async () => (await text('#live')) === 'Live');
    expect(await page.title()).toBe('Spark dashboard');
    system.balancer.servers[0]!.healthy = false;
    await waitFor(async () => (await page.title()).includes('2 of 3 serving'));
    expect(await page.textContent('body > p[role=status]')).toContain('Balancer');
  });

  test('what clients choose is text in every panel, painted by the server and by the script', async () => {
    const evil = `<img src=x onerror=alert(1)>"'&amp;</script><svg onload=alert(2)>`;
    const rows = (system.profiler.serialize() as { routes: { route: string }[] }).routes;
    rows[0]!.route = evil;
    system.profiler.serialize = () => ({ version: 1, routes: rows });
    Object.assign(system.balancer.servers[0]!, { id: evil, state: evil });
    const keys = new FakeSource(
      () => families('counter', { 'spark_ratelimit_decisions|outcome': { allowed: 1, denied: 1 } }),
      () => ({ topDenied: [{ key: evil, count: 1 }] }),
    );
    const other = await pageServer({
      ...system.sources,
      ...{ limiter: { [evil]: keys }, maskKey: (key: string) => key, interval: 250 },
      sources: { [evil]: new FakeSource(() => families('gauge', { [`${evil}|${evil}`]: { [evil]: 1 } })) },
    });
    try {
      await page.goto(other.url);
      await waitFor(async () => (await text('#live')) === 'Live');
      system.profiler.emit('slow', { method: 'GET', url: evil, duration: 900, statusCode: 200 });
      await waitFor(async () => (await text('#events')).includes('<img src=x onerror=alert(1)>"\'&amp;'));
      const seen = other.dashboard.getStats().snapshots;
      await waitFor(() => other.dashboard.getStats().snapshots > seen + 2);
      for (const place of ['#routes', '#engines']) expect(await text(place)).toContain(evil);
      expect(await page.locator('main img, main script, main [onerror], main [onload]').count()).toBe(0);
      watched.origins.delete(new URL(other.url).origin);
    } finally {
      await other.close();
    }
  });
});

describe('actions', () => {
  test('drains and restores a server behind a confirmation', async () => {
    await page.goto(server.url);
    await waitFor(async () => (await text('#live')) === 'Live');
    await page.click('#engines summary:has-text("Drain api-2")');
    expect(system.balancer.servers[1]?.state).toBe('healthy');
    await page.click('#engines button:has-text("Drain api-2")');
    await waitFor(() => system.balancer.servers[1]?.state === 'draining');
    await page.click('#engines summary:has-text("Restore api-2")');
    await page.click('#engines button:has-text("Restore api-2")');
    await waitFor(() => system.balancer.servers[1]?.state === 'healthy');
    await waitFor(async () => (await text('#events')).includes('restore api-2'));
  });

  test('takes a CPU profile and draws it as a flamegraph that keys can walk', async () => {
    await page.goto(server.url);
    await waitFor(async () => (await text('#live')) === 'Live');
    const form = page.locator('form[aria-label="CPU profile"]');
    await form.locator('input[name=seconds]').fill('1');
    await form.locator('summary').click();
    await form.locator('button').click();
    await page.waitForSelector('#result svg.flame g', { timeout: 20_000 });
    expect(await page.locator('#result svg.flame g').count()).toBeGreaterThan(3);
    expect(await text('#result table')).toContain('Itself');
    expect(await page.getAttribute('#result a.button', 'download')).toMatch(/^\d+-.*\.cpuprofile$/);
    await page.focus('#result svg.flame g[tabindex="0"]');
    await page.keyboard.press('ArrowDown');
    const first = await page.evaluate('document.activeElement.getAttribute("aria-label")');
    expect(first).toMatch(/ms|µs/);
    await page.keyboard.press('Enter');
    await page.screenshot({ path: path.join(folder, 'flamegraph.png') });
    await page.click('#result button:has-text("Close")');
    expect(await page.isVisible('#result')).toBe(false);
  });

  test('samples allocations', async () => {
    await page.goto(server.url);
    await waitFor(async () => (await text('#live')) === 'Live');
    const form = page.locator('form[aria-label="Allocation sample"]');
    await form.locator('input[name=seconds]').fill('1');
    await form.locator('summary').click();
    await form.locator('button').click();
    await page.waitForSelector('#result svg.flame g', { timeout: 20_000 });
    expect(await text('#result')).toContain('allocated and still alive');
  });
});
