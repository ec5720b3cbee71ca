import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findChromium, waitFor } from '@spark-perf/test-services';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { RunningDemo } from './running-demo.js';

const PASSWORD = 'correct horse';

let browser: Browser;
let demo: RunningDemo;
let home: string;

beforeAll(async () => {
  demo = await RunningDemo.start([], { DASHBOARD_PASSWORD: PASSWORD });
  home = `http://127.0.0.1:${demo.port}/`;
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await demo?.[Symbol.asyncDispose]();
}, 60_000);

/** Opens the page at `/`, and fails when it complains of anything or asks somebody else. */
async function open(look: Parameters<Browser['newPage']>[0] = {}) {
  const page = await browser.newPage(look);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(home)) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(home);
  return { page, complaints };
}

describe('the landing page', () => {
  test.each([
    { width: 1280, height: 800, colorScheme: 'light' },
    { width: 390, height: 844, colorScheme: 'dark' },
    { width: 320, height: 700, colorScheme: 'light' },
  ] as const)(
    'at $width px, $colorScheme: nothing to complain of, nothing to scroll sideways',
    async (look) => {
      const { width, height, colorScheme } = look;
      const { page, complaints } = await open({ viewport: { width, height }, colorScheme });
      expect(await page.title()).toContain('Cities API');
      expect(
        await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
      ).toBeLessThanOrEqual(0);
      const icon = await page.evaluate('document.querySelector("h1 img").naturalWidth');
      expect(icon).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test.each([
    ['Dashboard', /\/admin\/login$/, 'Password'],
    ['Metrics', /\/metrics$/, 'http_server_request_duration_seconds'],
    ['A search', /\/cities\?q=istanb$/, 'Istanbul'],
    ['Near Paris', /\/cities\/near\?lat=48\.86&lon=2\.35/, 'Paris'],
  ])('its link "%s" leads there', async (name, target, content) => {
    const { page } = await open();
    const [response] = await Promise.all([
      page.waitForResponse((answer) => target.test(answer.url()) && answer.request().isNavigationRequest()),
      page.click(`nav a:has-text("${name}")`),
    ]);
    expect(response.status()).toBe(200);
    await page.waitForURL(target);
    expect(await page.innerText('body')).toContain(content);
    await page.close();
  });
});

describe('what can be tried', () => {
  const rows = async (page: Page): Promise<string[][]> =>
    page
      .locator('.result tbody tr')
      .evaluateAll((trs) =>
        trs.map((tr) =>
          [...(tr as unknown as { cells: { textContent: string }[] }).cells].map((cell) => cell.textContent),
        ),
      );

  /** Presses a button of the page and waits for what it shows. */
  async function press(button: string, title: string) {
    const { page, complaints } = await open();
    await page.click(`button:has-text("${button}")`);
    await waitFor(async () => (await page.innerText('#result-title')) === title, { timeout: 60_000 });
    await waitFor(() => page.isEnabled(`button:has-text("${button}")`));
    const shown = { meaning: await page.innerText('#result-meaning'), replies: await rows(page), complaints };
    await page.close();
    return shown;
  }

  test('a search, twice: the last answer comes from a cache', async () => {
    const { replies, complaints } = await press('Search twice', 'A cached search');
    expect(new Set(replies.map(([, status]) => status))).toEqual(new Set(['200']));
    const verdicts = replies.map(([, , , headers]) => /^x-cache: (\w+)$/m.exec(headers!)?.[1]);
    expect([verdicts[0], verdicts.at(-1)]).toEqual(['MISS', 'HIT']);
    expect(replies.at(-1)![3]).toMatch(/^age: \d+$/m);
    expect(complaints).toEqual([]);
  });

  test('a double click stores one trip', async () => {
    const { replies } = await press('Submit twice', 'A double click');
    expect(replies[2]![1]).toBe('201');
    expect(replies[2]![3]).toContain('idempotent-replayed: true');
    const places = replies.map(([, , , headers]) => /^location: (.+)$/m.exec(headers!)?.[1]);
    const stored = new Set(places.filter((place) => place !== undefined));
    expect(stored.size).toBe(1);
    expect((await demo.fetch([...stored][0]!)).status).toBe(200);
  });

  test('a burst is refused beyond its limit', async () => {
    const { meaning, replies } = await press('Send the burst', 'A burst');
    expect(meaning).toMatch(/^10 were let through, 5 were refused with 429/);
    expect(replies.filter(([, status]) => status === '200')).toHaveLength(10);
    for (const [, , , headers] of replies.filter(([, status]) => status === '429')) {
      expect(headers).toMatch(/^retry-after: \d+$/m);
    }
  });

  test('a killed worker costs no request', async () => {
    const { meaning, complaints } = await press('Kill a worker', 'A killed worker');
    expect(meaning).toMatch(/^Worker \d+ was killed\. Of 40 requests 0 failed/);
    expect(complaints).toEqual([]);
  });
});

describe('the dashboard behind DASHBOARD_PASSWORD', () => {
  test('shows nobody anything without the password', async () => {
    expect((await demo.fetch('/admin/', { redirect: 'manual' })).status).toBe(303);
    for (const target of ['/admin/api/snapshot', '/admin/api/stream']) {
      expect((await demo.fetch(target)).status).toBe(401);
    }
  });

  test('a wrong password stays outside, the right one sees the system live, and can leave', async () => {
    const { page } = await open();
    await page.click('nav a:has-text("Dashboard")');
    await page.fill('input[type=password]', 'wrong');
    await page.click('button');
    expect(await page.innerText('[role=alert]')).toContain('not the password');
    await page.fill('input[type=password]', PASSWORD);
    await page.click('button');
    await page.waitForURL(`${home}admin/`);
    await waitFor(async () => (await page.innerText('#live')) === 'Live', { timeout: 60_000 });
    expect(await page.innerText('main')).toMatch(/Pool/);
    await page.click('button:has-text("Log out")');
    await page.waitForURL(`${home}admin/login`);
    await page.goto(`${home}admin/`);
    expect(page.url()).toBe(`${home}admin/login`);
    await page.close();
  });
});
