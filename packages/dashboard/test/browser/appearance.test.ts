import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ManualClock } from '@spark-perf/core/testing';
import { waitFor } from '@spark-perf/test-services';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, watchPage } from '../support/browser.js';
import { FakeSystem } from '../support/fake-system.js';
import { pageServer } from '../support/page-server.js';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const folder = path.join(__dirname, '../../screenshots');

const LOOKS = [
  { name: 'light', width: 1280, height: 800, colorScheme: 'light', axe: true },
  { name: 'dark', width: 1280, height: 800, colorScheme: 'dark', axe: true },
  { name: 'wide', width: 1680, height: 1050, colorScheme: 'light', axe: false },
  { name: 'tablet', width: 820, height: 1100, colorScheme: 'dark', axe: false },
  { name: 'phone', width: 390, height: 844, colorScheme: 'dark', axe: true },
  { name: 'narrow', width: 320, height: 700, colorScheme: 'light', axe: true },
] as const;

let browser: Browser;
let system: FakeSystem;
let clock: ManualClock;
let server: Awaited<ReturnType<typeof pageServer>>;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  clock = new ManualClock();
  system = new FakeSystem();
  await system.breaker.execute(() => 'fine');
  server = await pageServer({ ...system.sources, clock });
  for (let second = 0; second < 290; second++) {
    system.step();
    await server.dashboard.snapshot();
    clock.advanceSync(1_000);
  }
  system.profiler.emit('slow', {
    method: 'GET',
    url: '/api/cities?search=…',
    duration: 612,
    statusCode: 200,
  });
  system.balancer.servers[2]!.state = 'ejected';
  system.lifecycle.emit('phase', { previous: 'starting', phase: 'running', reason: 'start' });
  system.limiter.emit('storeError', {});
  system.limiter.emit('storeRecovered', {});
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function violations(page: Page): Promise<string[]> {
  // The page's own policy forbids strings as code: axe comes through the debugger, not through the page.
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (
      globalThis as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

describe.each(LOOKS)('$name, $width px', ({ name, width, height, colorScheme, axe: checked }) => {
  test('has no accessibility violation, no error, nothing to scroll sideways, no request elsewhere', async () => {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    const watched = watchPage(page);
    system.step();
    clock.advanceSync(1_000);
    await page.goto(server.url);
    await waitFor(async () => (await page.textContent('#live')) === 'Live');
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    expect(checked ? await violations(page) : []).toEqual([]);
    expect(
      await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
    ).toBeLessThanOrEqual(0);
    expect(watched.errors).toEqual([]);
    expect([...watched.origins]).toEqual([new URL(server.url).origin]);
    await page.close();
  });
});

test('before anything has happened the page says so, and has no violation', async () => {
  const idle = await pageServer({ ...new FakeSystem().sources, interval: 250 });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const watched = watchPage(page);
    await page.goto(idle.url);
    await waitFor(async () => (await page.textContent('#live')) === 'Live');
    await page.screenshot({ path: path.join(folder, 'idle.png'), fullPage: true });
    expect(await page.innerText('#latency')).toContain('No requests yet');
    expect(await page.innerText('#events')).toContain('Nothing has happened yet');
    expect(await violations(page)).toEqual([]);
    expect(watched.errors).toEqual([]);
    await page.close();
  } finally {
    await idle.close();
  }
});
