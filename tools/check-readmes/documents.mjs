import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/root.mjs';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const FOLDERS = ['docs', 'docs/guides', 'docs/decisions'];

/**
 * The documents whose examples are checked, as paths from the root. `required`: a package's README, which must have
 * one. Packages that are not begun yet are left out.
 *
 * @returns {{ file: string, required: boolean }[]}
 */
export function documents() {
  const pages = PAGES.filter((file) => existsSync(path.join(root, file)));
  const guides = FOLDERS.filter((folder) => existsSync(path.join(root, folder))).flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  const readmes = readdirSync(path.join(root, 'packages'))
    .filter(isBegun)
    .map((name) => `packages/${name}/README.md`);
  return [
    ...readmes.map((file) => ({ file, required: true })),
    ...[...pages, ...guides].map((file) => ({ file, required: false })),
  ];
}

function isBegun(name) {
  const index = path.join(root, 'packages', name, 'src/index.ts');
  return existsSync(index) && readFileSync(index, 'utf8').trim() !== 'export {};';
}
