import { findChromium } from '@spark-perf/test-services';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** A headless Chromium. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

/** What a page complained about and asked for, for tests that want neither errors nor requests elsewhere. */
export function watchPage(page: Page): { readonly errors: string[]; readonly origins: Set<string> } {
  const errors: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:') origins.add(origin);
  });
  return { errors, origins };
}
