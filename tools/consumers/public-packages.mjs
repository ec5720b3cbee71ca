import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/root.mjs';

/**
 * The packages that are published and have been begun.
 *
 * @returns {{ name: string, folder: string, manifest: any, entries: string[] }[]} `entries` as users import them
 */
export function publicPackages() {
  return readdirSync(path.join(root, 'packages'))
    .map((name) => path.join(root, 'packages', name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')) && isBegun(folder))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const keys = Object.keys(manifest.exports).filter((key) => key !== './package.json');
      const entries = keys.map((key) => path.posix.join(manifest.name, key));
      return { name: manifest.name, folder, manifest, entries };
    });
}

function isBegun(folder) {
  const index = path.join(folder, 'src/index.ts');
  return existsSync(index) && readFileSync(index, 'utf8').trim() !== 'export {};';
}
