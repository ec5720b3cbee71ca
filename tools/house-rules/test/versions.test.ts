import { expect, test } from '@jest/globals';
import { projectsIn, readJson, readText } from '../src/workspace.js';
import type { Manifest } from '../src/workspace.js';

const manifests: [string, Manifest][] = [
  ['package.json', readJson<Manifest>('package.json')],
  ...[...projectsIn('packages'), ...projectsIn('apps'), ...projectsIn('tools')].map(
    ({ folder, manifest }): [string, Manifest] => [`${folder}/package.json`, manifest],
  ),
];
const wanted = manifests.flatMap(([file, { dependencies, devDependencies }]) =>
  Object.entries({ ...dependencies, ...devDependencies }).map(([name, range]) => ({ file, name, range })),
);

test('what is in the catalog is taken from it', () => {
  const catalog = /^catalog:\n((?: {2}.*\n)+)/m.exec(readText('pnpm-workspace.yaml') ?? '')?.[1] ?? '';
  const names = [...catalog.matchAll(/^ {2}['"]?([^'":]+)['"]?:/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  const wrong = wanted.filter(({ name, range }) => names.includes(name) && !range.startsWith('catalog:'));
  expect(wrong.filter(({ range }) => !range.startsWith('npm:'))).toEqual([]);
});

test('all agree on the range of what they share', () => {
  const ranges = new Map<string, Set<string>>();
  for (const { name, range } of wanted) {
    if (!name.startsWith('@spark-perf/')) ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
  }
  const split = [...ranges].filter(([, found]) => found.size > 1);
  expect(split.map(([name, found]) => `${name}: ${[...found].join(' and ')}`)).toEqual([]);
});

test('our own packages come from the workspace', () => {
  const wrong = wanted.filter(
    ({ name, range }) => name.startsWith('@spark-perf/') && !range.startsWith('workspace:'),
  );
  expect(wrong).toEqual([]);
});
