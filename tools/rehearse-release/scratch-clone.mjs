import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { pnpm } from '../setup/pnpm.mjs';
import { root } from '../setup/root.mjs';

const MINUTE = 60_000;

/**
 * Clones the repository, with what is changed but not committed, installs and builds it.
 *
 * @param {string} folder
 */
export async function scratchClone(folder) {
  await execute(path.dirname(folder), 'git', ['clone', '--quiet', '--no-hardlinks', root, folder]);
  const changed = await execute(root, 'git', [
    'ls-files',
    '-z',
    '--modified',
    '--others',
    '--exclude-standard',
  ]);
  for (const file of changed.split('\0').filter(Boolean)) {
    if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(folder, file));
  }
  await git(folder, 'checkout', '--quiet', '-B', 'main');
  await commit(folder, 'What is about to be released');
  const [command, ...args] = pnpm();
  await execute(folder, command, [...args, 'install', '--frozen-lockfile', '--prod=false'], 10 * MINUTE);
  const turbo = path.join(folder, 'node_modules/.bin/turbo');
  const cache = `--cache-dir=${path.join(root, '.turbo/cache')}`;
  await execute(folder, turbo, ['run', 'build', cache, '--no-update-notifier'], 10 * MINUTE);
}

export async function commit(folder, message) {
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--allow-empty', '--no-verify', '--message', message);
}

const git = (folder, ...args) =>
  execute(folder, 'git', ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost', ...args]);
