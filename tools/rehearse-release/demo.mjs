import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { pack } from '../consumers/pack.mjs';
import { freePort } from './free-port.mjs';

const MINUTE = 60_000;
const ISTANBUL = 745044;

/**
 * Installs the demo outside the workspace, so that its dependencies come from the registry; starts it, asks it for a
 * city, and stops it.
 *
 * @param {string} source the built demo
 * @param {string} scratch
 */
export async function runDemo(source, scratch) {
  const folder = path.join(scratch, 'demo');
  mkdirSync(folder);
  // Packing turns `workspace:` and `catalog:` into versions.
  await execute(folder, 'tar', ['-xzf', await pack({ folder: source }, scratch), '--strip-components=1']);
  const manifest = path.join(folder, 'package.json');
  const wanted = JSON.parse(readFileSync(manifest, 'utf8'));
  delete wanted.devDependencies; // some are not published
  writeFileSync(manifest, JSON.stringify(wanted));
  await execute(
    folder,
    'npm',
    ['install', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    5 * MINUTE,
  );
  const port = await freePort();
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: path.join(folder, 'data') };
  const demo = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timer = setTimeout(() => demo.kill('SIGKILL'), 3 * MINUTE);
  const ended = once(demo, 'close');
  try {
    await listening(demo);
    const response = await fetch(`http://127.0.0.1:${port}/cities/${ISTANBUL}`);
    const city = await response.json();
    if (city.id !== ISTANBUL) throw new Error(`the demo answers ${response.status} ${JSON.stringify(city)}`);
  } finally {
    demo.kill('SIGINT');
  }
  const [code, signal] = await ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`the demo ended with ${signal ?? `exit code ${code}`}`);
}

/** It prints its address when it listens. */
async function listening(demo) {
  let printed = '';
  for await (const chunk of demo.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (/http:\/\/(127\.0\.0\.1|localhost):\d+/.test(printed)) return;
  }
  throw new Error(`the demo ended before it listened:\n${printed}`);
}
