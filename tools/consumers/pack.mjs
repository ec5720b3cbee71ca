import { readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { pnpm } from '../setup/pnpm.mjs';
import { execute } from './execute.mjs';

/**
 * Packs a package as it would be published.
 *
 * @param {{ folder: string }} one
 * @param {string} into
 * @returns {Promise<string>} path of the tarball
 */
export async function pack({ folder }, into) {
  const target = await mkdtemp(path.join(into, 'tarball-'));
  const [command, ...args] = pnpm();
  await execute(folder, command, [...args, 'pack', '--pack-destination', target]);
  const [tarball] = readdirSync(target);
  return path.join(target, tarball);
}
