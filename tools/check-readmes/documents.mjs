import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { publicPackages } from '../consumers/public-packages.mjs';
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
  const readmes = publicPackages().map(({ folder }) => `packages/${path.basename(folder)}/README.md`);
  return [
    ...readmes.map((file) => ({ file, required: true })),
    ...[...pages, ...guides].map((file) => ({ file, required: false })),
  ];
}
