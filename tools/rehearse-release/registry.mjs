import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { root } from '../setup/root.mjs';
import { freePort } from './free-port.mjs';

const VERSION = '6.8.0'; // the last that runs on Node 20
const home = path.join(root, 'node_modules/.cache/spark-perf/verdaccio');
const START_DEADLINE = 60_000;

/**
 * Starts a package registry on loopback that holds what is published to it and hands everything else through to the
 * registry that npm is configured for.
 *
 * @param {string} folder for its data
 * @returns {Promise<{ url: string, userconfig: string, stop: () => void }>}
 */
export async function startRegistry(folder) {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  await installVerdaccio();
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, 'config.json'); // YAML takes JSON
  writeFileSync(config, JSON.stringify(configFor(folder, upstream)));
  const port = await freePort();
  const verdaccio = path.join(home, 'node_modules/verdaccio/bin/verdaccio');
  const child = spawn(process.execPath, [verdaccio, '--config', config, '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/`;
  await answers(`${url}-/ping`, child);
  const userconfig = path.join(folder, 'npmrc');
  // npm publishes only with a token, whatever the registry says.
  writeFileSync(
    userconfig,
    [`registry=${url}`, `${url.slice(5)}:${['_auth', 'Token'].join('')}=anyone`, ''].join('\n'),
  );
  return { url, userconfig, stop: () => void child.kill() };
}

const configFor = (folder, upstream) => ({
  storage: path.join(folder, 'storage'),
  auth: { htpasswd: { file: path.join(folder, 'htpasswd') } },
  uplinks: { upstream: { url: upstream, timeout: '60s', maxage: '1h', max_fails: 10 } },
  packages: {
    '@spark-perf/*': { access: '$all', publish: '$all' },
    '**': { access: '$all', proxy: 'upstream' },
  },
  max_body_size: '50mb',
  log: { type: 'stdout', format: 'pretty', level: 'error' },
});

/** Once; not a dependency of the workspace, where 300 packages would slow every set-up down. */
async function installVerdaccio() {
  const manifest = path.join(home, 'node_modules/verdaccio/package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === VERSION) return;
  mkdirSync(home, { recursive: true });
  // verdaccio-audit asks for a dist-tag of node-fetch that not every registry serves.
  writeFileSync(
    path.join(home, 'package.json'),
    '{ "private": true, "overrides": { "node-fetch": "2.7.0" } }\n',
  );
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await execute(home, 'npm', ['install', ...flags, `verdaccio@${VERSION}`], 5 * 60_000);
}

async function answers(url, child) {
  const end = performance.now() + START_DEADLINE;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (child.exitCode !== null || performance.now() > end)
      throw new Error('the local registry does not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
