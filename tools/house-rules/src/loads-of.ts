import path from 'node:path';
import { importsOf } from './imports-of.js';

/** The files beside it that a file loads when it loads itself, as paths from the root. */
export function loadsOf(file: string): string[] {
  return importsOf(file)
    .filter(({ specifier, typeOnly, atLoad }) => !typeOnly && atLoad && specifier.startsWith('.'))
    .map(({ specifier }) => path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts'));
}
