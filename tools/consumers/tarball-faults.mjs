import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { execute } from './execute.mjs';
import { packageFaults } from './package-faults.mjs';

/**
 * What is wrong with a packed package.
 *
 * @param {string} tarball
 * @returns {Promise<string[]>}
 */
export async function tarballFaults(tarball) {
  const folder = path.join(path.dirname(tarball), 'unpacked');
  mkdirSync(folder);
  await execute(folder, 'tar', ['-xzf', tarball, '--strip-components=1']);
  return packageFaults(folder);
}
