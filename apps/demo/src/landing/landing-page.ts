import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Spark } from '@spark-perf/server';
import { assetsDirectory } from '../assets-directory.js';

const FILES = {
  '/': ['landing.html', 'text/html; charset=utf-8'],
  '/assets/landing.css': ['landing.css', 'text/css; charset=utf-8'],
  '/assets/landing.js': ['landing.js', 'text/javascript; charset=utf-8'],
  '/favicon.svg': ['favicon.svg', 'image/svg+xml'],
} as const;

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page at `/`: what runs where, and a button for each feature. */
export function landingPage(app: Spark): void {
  for (const [route, [file, type]] of Object.entries(FILES)) {
    const content = readFileSync(path.join(assetsDirectory(), file));
    app.get(route, (ctx) => {
      ctx.res.setHeader('Content-Type', type);
      ctx.res.setHeader('Content-Security-Policy', POLICY);
      ctx.res.setHeader('X-Content-Type-Options', 'nosniff');
      ctx.send(content);
    });
  }
}
