import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';

const MAJORS = [22, 24];

/**
 * The Node versions to check with: this one, and those that the npm packages of Node's binaries carry for this system.
 *
 * @param {string} folder
 * @returns {Promise<Map<string, string>>} name → path of the program
 */
export async function nodes(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const binary = `node-${process.platform}-${process.arch}`;
  const wanted = MAJORS.map((major) => `node${major}@npm:${binary}@${major}`);
  await execute(
    folder,
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', ...wanted],
    5 * 60_000,
  );
  const others = MAJORS.map((major) => [
    `Node ${major}`,
    path.join(folder, `node_modules/node${major}/bin/node`),
  ]);
  return new Map([[`Node ${process.versions.node.split('.')[0]}`, process.execPath], ...others]);
}
