import { loadsOf } from './loads-of.js';
import { readText } from './workspace.js';

/** The files of a package that load together with one of them, that one included. */
export function loadedFiles(entry: string): Set<string> {
  const found = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file) || readText(file) === undefined) continue;
    found.add(file);
    open.push(...loadsOf(file));
  }
  return found;
}
