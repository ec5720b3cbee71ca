import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from './execute.mjs';

const WANTED = ['package.json', 'README.md', 'LICENSE', 'dist/cjs/package.json', 'src/index.ts'];

/**
 * What is wrong with a packed package.
 *
 * @param {string} tarball
 * @returns {Promise<string[]>}
 */
export async function tarballFaults(tarball) {
  const folder = path.join(path.dirname(tarball), 'unpacked');
  mkdirSync(folder);
  await execute(folder, 'tar', ['-xzf', tarball, '--strip-components=1']);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
  const text = readFileSync(path.join(folder, 'package.json'), 'utf8');
  const faults = WANTED.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
  for (const protocol of ['workspace:', 'catalog:', 'link:', 'file:']) {
    if (text.includes(`"${protocol}`)) faults.push(`package.json holds ${protocol}`);
  }
  for (const target of targetsOf(JSON.parse(text).exports)) {
    if (!existsSync(path.join(folder, target))) faults.push(`exports names ${target}, which is missing`);
  }
  const strays = files.filter((file) =>
    /(^|\/)(test|tests|node_modules|\.turbo)\/|\.test\.|tsconfig|jest\.config/.test(file),
  );
  faults.push(...strays.map((file) => `${file} does not belong into a package`));
  for (const file of files.filter((name) => name.endsWith('.map'))) {
    const { sources } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    const lost = sources.filter((source) => !existsSync(path.resolve(folder, path.dirname(file), source)));
    faults.push(...lost.map((source) => `${file} leads to ${source}, which is missing`));
  }
  return faults;
}

function targetsOf(exports) {
  if (typeof exports === 'string') return [exports];
  return Object.values(exports ?? {}).flatMap(targetsOf);
}
