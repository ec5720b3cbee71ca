import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the page's files are: beside `src` and `dist`, or below the working directory. */
export function assetsDirectory(): string {
  const main = process.argv[1] ?? '';
  const candidates = [
    path.resolve(path.dirname(main), '../assets'),
    path.resolve('apps/demo/assets'),
    path.resolve('assets'),
  ];
  const found = candidates.find((directory) => existsSync(path.join(directory, 'landing.html')));
  if (found === undefined) throw new Error('The assets of the landing page are missing');
  return found;
}
