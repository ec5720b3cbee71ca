import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/root.mjs';

/**
 * The packages that are published and have been begun.
 *
 * @returns {{ name: string, folder: string, manifest: any, entries: string[], effects: string[] }[]} `entries` as users
 *   import them, and those of them that are loaded for what they do and export nothing
 */
export function publicPackages() {
  return readdirSync(path.join(root, 'packages'))
    .map((name) => path.join(root, 'packages', name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')) && isBegun(folder))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      const keys = Object.keys(manifest.exports).filter((key) => key !== './package.json');
      const entryOf = (key) => path.posix.join(manifest.name, key);
      const effects = keys.filter((key) =>
        manifest.sideEffects?.includes?.(manifest.exports[key].import.default),
      );
      return {
        name: manifest.name,
        folder,
        manifest,
        entries: keys.map(entryOf),
        effects: effects.map(entryOf),
      };
    });
}

function isBegun(folder) {
  const index = path.join(folder, 'src/index.ts');
  return existsSync(index) && readFileSync(index, 'utf8').trim() !== 'export {};';
}
