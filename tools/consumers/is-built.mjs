import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether every entry of a package has been built.
 *
 * @param {{ folder: string, manifest: any }} one
 */
export function isBuilt({ folder, manifest }) {
  return Object.values(manifest.exports)
    .filter((entry) => typeof entry === 'object')
    .flatMap(({ import: esm, require: cjs }) => [esm.types, esm.default, cjs.types, cjs.default])
    .every((file) => existsSync(path.join(folder, file)));
}
