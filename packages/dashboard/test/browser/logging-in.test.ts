import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.js';
import { FakeSystem } from '../support/fake-system.js';
import { pageServer } from '../support/page-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

test('a wrong password stays outside, the right one opens the page, logging out closes it', async () => {
  const system = new FakeSystem();
  const server = await pageServer({ ...system.sources, authorize: 'correct horse', interval: 250 });
  const page = await (await browser.newContext()).newPage();
  await page.goto(server.url);
  expect(page.url()).toBe(`${server.url}login`);
  await page.screenshot({ path: path.join(__dirname, '../../screenshots/login.png') });
  await page.fill('input[type=password]', 'wrong');
  await page.click('button');
  expect(await page.innerText('[role=alert]')).toContain('not the password');
  await page.fill('input[type=password]', 'correct horse');
  await page.click('button');
  await page.waitForURL(server.url);
  await waitFor(async () => (await page.innerText('#live')) === 'Live');
  const other = await page.context().newPage();
  await other.goto(server.url);
  await waitFor(async () => (await other.innerText('#live')) === 'Live');
  await page.click('button:has-text("Log out")');
  await page.waitForURL(`${server.url}login`);
  await waitFor(async () => (await other.innerText('#live')) === 'Session over');
  await other.click('a:has-text("Log in")');
  await other.waitForURL(`${server.url}login`);
  await page.context().close();
  await server.close();
});
