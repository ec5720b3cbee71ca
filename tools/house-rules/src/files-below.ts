import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './workspace.js';

const LEFT_OUT = new Set(['node_modules', 'dist', 'generated', 'coverage', 'fixtures']);

/** The files below a folder, as paths from the root, sorted; without what is built or installed. */
export function filesBelow(folder: string, extension = '.ts'): string[] {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true })
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesBelow(file, extension);
      return file.endsWith(extension) ? [file] : [];
    })
    .sort();
}
