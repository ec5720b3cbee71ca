import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from './find-binary.js';
import { scratchDirectory, temporaryRoot } from './scratch-directory.js';
import type { Account } from './unprivileged-account.js';

const run = promisify(execFile);

// Small WAL segments keep the copy small. Nothing here has to survive a power cut.
const INITDB = ['--auth=trust', '--username=spark', '--encoding=UTF8', '--no-sync', '--wal-segsize=1'];
const LOCALES = ['C.UTF-8', 'C'];

/**
 * Makes a new database cluster in `target` (an empty folder) by copying one that an earlier start has left in the
 * system's temporary folder; runs `initdb` where there is none yet. Safe for parallel processes: who finishes first
 * leaves the template.
 */
export async function copyPostgresTemplate(target: string, account?: Account): Promise<void> {
  const initdb = findBinary('initdb');
  const { stdout: version } = await run(initdb, ['--version']);
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  const key = createHash('sha256')
    .update([initdb, version, ...INITDB].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const template = path.join(await temporaryRoot(account), `spark-perf-postgres-${uid}-${key}`);
  if (!(await isOurs(template, uid))) await makeTemplate(initdb, template, uid, account);
  await run('cp', ['-R', '-p', `${path.join(template, 'data')}/.`, target], { ...account, timeout: 60_000 });
}

/** A folder in a place open to all counts only when its owner is who we expect. */
async function isOurs(template: string, uid: number): Promise<boolean> {
  try {
    const entry = await lstat(template);
    return (
      entry.isDirectory() && entry.uid === uid && (await stat(path.join(template, 'data'))).isDirectory()
    );
  } catch {
    return false;
  }
}

async function makeTemplate(initdb: string, template: string, uid: number, account?: Account): Promise<void> {
  const scratch = await scratchDirectory('initdb', account);
  try {
    const data = path.join(scratch, 'data');
    await mkdir(data, { mode: 0o700 });
    if (account) await chown(data, account.uid, account.gid);
    await runInitdb(initdb, data, account);
    await rename(scratch, template);
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    if (!(await isOurs(template, uid))) throw error; // else somebody was faster
  }
}

async function runInitdb(initdb: string, data: string, account?: Account): Promise<void> {
  let failure: unknown;
  for (const locale of LOCALES) {
    try {
      const env = { PATH: process.env.PATH, LC_ALL: 'C', HOME: data };
      await run(initdb, [...INITDB, `--locale=${locale}`, '-D', data], {
        cwd: data,
        env,
        timeout: 120_000,
        ...account,
      });
      return;
    } catch (error) {
      failure = error; // a system without C.UTF-8 takes the next
    }
  }
  throw new Error('initdb failed', { cause: failure });
}
