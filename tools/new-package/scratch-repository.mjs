import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup/root.mjs';

const COPIED = [
  'package.json',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'jest.preset.cjs',
  'knip.json',
  'eslint.config.mjs',
  '.prettierrc.json',
  '.prettierignore',
  'LICENSE',
  'tools/build-package',
  'tools/check-package',
  'tools/check-readmes',
  'tools/consumers',
  'tools/house-rules',
  'tools/new-package',
  'tools/setup',
];
const OURS = { core: 'packages/core', server: 'packages/server', 'test-services': 'tools/test-services' };

/**
 * Lays out a folder so that a package made there finds everything where it would in the repository: the settings and
 * tools as copies; what is installed, and what its tests use of ours, as links.
 *
 * @param {string} scratch
 */
export function makeScratchRepository(scratch) {
  const leaveOut = /(^|\/)(node_modules|\.cache|\.turbo|dist)$/;
  for (const entry of COPIED) {
    const copied = { recursive: true, filter: (file) => !leaveOut.test(path.relative(root, file)) };
    cpSync(path.join(root, entry), path.join(scratch, entry), copied);
  }
  for (const folder of ['apps', 'docs', 'packages']) mkdirSync(path.join(scratch, folder));
  link(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'));
  // For Jest, which maps to sources.
  for (const folder of Object.values(OURS)) link(path.join(root, folder), path.join(scratch, folder));
}

/**
 * Does for a new package what `pnpm install` would.
 *
 * @param {string} scratch
 * @param {string} name
 */
export function linkPackage(scratch, name) {
  const home = path.join(scratch, 'packages', name);
  for (const [one, folder] of Object.entries(OURS)) {
    link(path.join(root, folder), path.join(home, 'node_modules/@spark-perf', one));
  }
  const readers = path.join(scratch, 'tools/check-readmes/node_modules/@spark-perf');
  link(home, path.join(readers, name));
  for (const one of ['core', 'server']) link(path.join(root, OURS[one]), path.join(readers, one));
}

function link(from, to) {
  mkdirSync(path.dirname(to), { recursive: true });
  symlinkSync(from, to);
}
