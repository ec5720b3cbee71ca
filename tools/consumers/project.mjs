import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from './execute.mjs';

const DEADLINE = 5 * 60_000;
const install = [
  'install',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--loglevel=error',
];

/**
 * Makes an empty project and installs packed packages into it, as a user would with npm. Optional peers stay out.
 *
 * @param {string} folder
 * @param {Map<string, string>} tarballs by package name
 */
export async function makeProject(folder, tarballs) {
  mkdirSync(folder);
  const dependencies = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  // They name each other by version; none is in a registry yet.
  const overrides = Object.fromEntries([...tarballs.keys()].map((name) => [name, `$${name}`]));
  writeManifest(folder, { dependencies, overrides });
  await execute(folder, 'npm', install, DEADLINE);
}

/**
 * Adds the optional peers of packages and the types of those that bring none, in the versions that the workspace tests
 * with.
 *
 * @param {string} folder
 * @param {readonly { folder: string, manifest: any }[]} packages
 */
export async function addPeers(folder, packages) {
  const wanted = new Map();
  for (const { folder: home, manifest } of packages) {
    for (const [peer, range] of Object.entries(manifest.peerDependencies ?? {})) {
      wanted.set(peer, installedVersion(home, peer) ?? range);
      const types = `@types/${peer}`;
      if (manifest.devDependencies?.[types]) wanted.set(types, installedVersion(home, types) ?? 'latest');
    }
  }
  const names = [...wanted].map(([name, version]) => `${name}@${version}`);
  if (names.length > 0) await execute(folder, 'npm', [...install, ...names], DEADLINE);
}

function installedVersion(home, name) {
  const file = path.join(home, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

function writeManifest(folder, parts) {
  const manifest = { name: 'consumer', private: true, type: 'module', ...parts };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
