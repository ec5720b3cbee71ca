import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BinaryName, BinarySource } from './binaries.js';
import { binaries } from './binaries.js';
import { MissingBinaryError } from './missing-binary-error.js';

/**
 * The path of a program, or `undefined` where the machine does not have it. Looks at the environment variable, then
 * PATH, then the usual install folders.
 *
 * @throws MissingBinaryError when the environment variable is set and names nothing that can be run.
 */
export function locateBinary(name: BinaryName): string | undefined {
  const source: BinarySource = binaries[name];
  const named = process.env[source.env];
  if (named) {
    const found = source.folder ? firstIn(named, source.names) : executable(named);
    if (!found) throw new MissingBinaryError(name, named);
    return found;
  }
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...source.folders.flatMap(expand)];
  for (const folder of folders) {
    const found = folder && firstIn(folder, source.names);
    if (found) return found;
  }
  return undefined;
}

function firstIn(folder: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = executable(path.join(folder, name));
    if (found) return found;
  }
  return undefined;
}

function executable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? path.resolve(file) : undefined;
  } catch {
    return undefined;
  }
}

/** The folders that a pattern with one `*` stands for, highest version first. */
function expand(pattern: string): string[] {
  const segments = pattern.split('/');
  const at = segments.findIndex((segment) => segment.includes('*'));
  if (at === -1) return [pattern];
  const parent = segments.slice(0, at).join('/');
  const [before = '', after = ''] = (segments[at] ?? '').split('*');
  const rest = segments.slice(at + 1);
  let entries: string[];
  try {
    entries = readdirSync(parent);
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.startsWith(before) && entry.endsWith(after))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((entry) => path.join(parent, entry, ...rest));
}
