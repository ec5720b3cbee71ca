import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/root.mjs';

const ours = path.join(root, 'packages') + path.sep;

/**
 * What `npm install` of a package brings: the bytes it unpacks, and how many packages beside it. Optional peers don't
 * count: they stay out.
 *
 * @param {string} folder
 * @returns {{ bytes: number, dependencies: number }}
 */
export function installSize(folder) {
  const folders = [...productionFolders(realpathSync(folder))];
  const sizes = folders.map((one) => (one.startsWith(ours) ? publishedSize(one) : sizeOf(one)));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), dependencies: folders.length - 1 };
}

/** The package and all that it depends on, each once. */
function productionFolders(folder, seen = new Set()) {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) productionFolders(resolved(name, folder), seen);
  return seen;
}

function resolved(name, from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === path.dirname(folder)) throw new Error(`${name}, which ${from} needs, is not installed`);
  }
}

/** What the tarball unpacks to: the folders in `files`, and what npm always packs. */
function publishedSize(folder) {
  const { files } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const names = new Set([...files, 'package.json', 'README.md', 'LICENSE']);
  return [...names].reduce((sum, name) => sum + sizeOf(path.join(folder, name)), 0);
}

function sizeOf(place) {
  const stats = statSync(place, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  const names = readdirSync(place).filter((name) => name !== 'node_modules');
  return names.reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0);
}
