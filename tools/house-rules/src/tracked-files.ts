import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files-below.js';
import { root } from './workspace.js';

const isFile = (file: string) => existsSync(file) && statSync(file).isFile();

/** The files under version control that are there, as paths from the root; outside a clone, all that are ours. */
export function trackedFiles(): string[] {
  if (!existsSync(path.join(root, '.git'))) {
    return ['packages', 'apps', 'tools', 'docs']
      .flatMap((folder) => filesBelow(folder, ''))
      .filter((file) => isFile(path.join(root, file)));
  }
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  // The owner of a clone in a container is often somebody else.
  const listed = execFileSync('git', ['-c', `safe.directory=${root}`, 'ls-files', '-z'], options);
  return listed.split('\0').filter((file) => file !== '' && isFile(path.join(root, file)));
}
