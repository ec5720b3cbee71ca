import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/**
 * The command that runs the pinned pnpm: the one in node_modules, else one that npm fetches.
 *
 * @returns {[command: string, ...args: string[]]}
 */
export function pnpm() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const wanted = packageManager.split('+')[0]; // name@version, without the hash
  const local = path.join(root, 'node_modules/pnpm');
  if (existsSync(path.join(local, 'package.json'))) {
    const { name, version } = JSON.parse(readFileSync(path.join(local, 'package.json'), 'utf8'));
    if (`${name}@${version}` === wanted) return [process.execPath, path.join(local, 'bin/pnpm.cjs')];
  }
  return ['npm', 'exec', '--yes', `--package=${wanted}`, '--', 'pnpm'];
}
