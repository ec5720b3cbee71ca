import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Lets the checks of the documents import a new package: a row in the manifest of `tools/check-readmes`.
 *
 * @param {string} name in lower case, with dashes
 * @param {string} into the repository
 */
export function addToReaders(name, into) {
  const file = path.join(into, 'tools/check-readmes/package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const rows = Object.entries({ ...manifest.devDependencies, [`@spark-perf/${name}`]: 'workspace:*' });
  manifest.devDependencies = Object.fromEntries(rows.sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
