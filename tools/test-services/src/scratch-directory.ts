import { chown, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Account } from './unprivileged-account.js';

/** A new empty folder for one server's data, owned by the account that runs it. */
export async function scratchDirectory(prefix: string, account?: Account): Promise<string> {
  const directory = await mkdtemp(path.join(await temporaryRoot(account), `spark-perf-${prefix}-`));
  if (account) await chown(directory, account.uid, account.gid);
  return directory;
}

/** The system's folder for temporary files, or `/tmp` where the account can't reach that one. */
export async function temporaryRoot(account?: Account): Promise<string> {
  const root = tmpdir();
  if (!account) return root;
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return '/tmp';
    if (folder === path.dirname(folder)) return root;
  }
}
