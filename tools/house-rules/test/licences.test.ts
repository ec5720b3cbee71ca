import { expect, test } from '@jest/globals';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '../src/workspace.js';
import { projectsIn, root } from '../src/workspace.js';

const PERMISSIVE = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'],
  ...['BlueOak-1.0.0', 'Unlicense', 'CC0-1.0', 'CC-BY-4.0', 'Python-2.0', 'Zlib'],
]);

/** `(MIT OR GPL-3.0)` is fine, `MIT AND GPL-3.0` is not. */
const isPermissive = (expression: string) =>
  expression
    .replace(/[()]/g, '')
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((one) => PERMISSIVE.has(one.trim())));

const folderOf = (name: string, from: string): string | undefined => {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === path.dirname(folder)) return undefined;
  }
};

test('every production dependency has a permissive licence', () => {
  const seen = new Map<string, string>();
  const open = [
    ...projectsIn('packages'),
    ...projectsIn('apps').filter(({ folder }) => folder === 'apps/demo'),
  ].map(({ folder }) => path.join(root, folder));
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (seen.has(folder)) continue;
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest & {
      readonly licenses?: readonly { readonly type: string }[];
    };
    const named: unknown = manifest.license ?? manifest.licenses?.map(({ type }) => type).join(' OR ');
    const licence =
      typeof named === 'string' ? named : ((named as { type?: string } | undefined)?.type ?? 'none');
    const isOurs = manifest.private === true && folder.startsWith(path.join(root, 'apps'));
    seen.set(folder, isOurs ? 'MIT' : licence);
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = folderOf(name, folder); // an optional one may be for another system
      if (found) open.push(found);
      else if (dependencies?.[name] && !optionalDependencies?.[name])
        throw new Error(`${folder}: ${name} is not installed`);
    }
  }
  expect(seen.size).toBeGreaterThan(20);
  const wrong = [...seen].filter(([, licence]) => !isPermissive(licence));
  expect(wrong.map(([folder, licence]) => `${path.basename(folder)}: ${licence}`)).toEqual([]);
});
