import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files-below.js';
import { root } from './workspace.js';

/** The files under version control that are there, as paths from the root; outside a clone, all that are ours. */
export function trackedFiles(): string[] {
  if (!existsSync(path.join(root, '.git'))) {
    return ['packages', 'apps', 'tools', 'docs'].flatMap((folder) => filesBelow(folder, ''));
  }
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  // The owner of a clone in a container is often somebody else.
  const listed = execFileSync('git', ['-c', `safe.directory=${root}`, 'ls-files', '-z'], options);
  return listed.split('\0').filter((file) => file !== '' && existsSync(path.join(root, file)));
}
