import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const WANTED = ['package.json', 'README.md', 'LICENSE', 'dist/cjs/package.json', 'src/index.ts'];

/**
 * What is wrong with a package as users get it.
 *
 * @param {string} folder where it is unpacked or installed
 * @returns {string[]}
 */
export function packageFaults(folder) {
  const files = filesIn(folder);
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

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)));
}

function targetsOf(exports) {
  if (typeof exports === 'string') return [exports];
  return Object.values(exports ?? {}).flatMap(targetsOf);
}
