import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder outside the repository that goes when this process does. */
export function scratchFolder(name) {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `spark-perf-${name}-`)));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  return folder;
}
