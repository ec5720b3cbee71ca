import { describe, expect, test } from '@jest/globals';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { filesBelow } from '../src/files-below.js';
import { importsOf } from '../src/imports-of.js';
import { loadedFiles } from '../src/loaded-files.js';
import { packages, privateProjects, projectsIn, readText } from '../src/workspace.js';

const CORE = '@spark-perf/core';
const HOSTS_OF_TESTS = [CORE, '@spark-perf/server', '@spark-perf/test-services'];
const everyPackage = projectsIn('packages');
const ours = (name: string) => name.startsWith('@spark-perf/');
/** `@scope/name/sub/path` → `@scope/name` */
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe.each(packages)('%s', ({ folder, manifest }) => {
  const runtime = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  };

  test('at run time depends on core alone among ours', () => {
    const siblings = Object.keys(runtime).filter((name) => ours(name) && name !== CORE);
    expect(siblings).toEqual([]);
  });

  test('its tests use no sibling but the server', () => {
    const allowed = folder === 'packages/core' ? ['@spark-perf/test-services'] : HOSTS_OF_TESTS;
    const siblings = Object.keys(manifest.devDependencies ?? {}).filter(
      (name) => ours(name) && !allowed.includes(name),
    );
    expect(siblings).toEqual([]);
  });

  test('its sources import only what it depends on', () => {
    const allowed = new Set([...Object.keys(runtime), ...builtinModules.map((name) => `node:${name}`)]);
    const wrong = filesBelow(`${folder}/src`)
      .flatMap(importsOf)
      .filter(({ specifier }) => !specifier.startsWith('.'))
      .filter(
        ({ specifier }) => !allowed.has(specifier.startsWith('node:') ? specifier : packageOf(specifier)),
      )
      .map(({ place, specifier }) => `${place} imports ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('its sources use test doubles only in test doubles', () => {
    const wrong = filesBelow(`${folder}/src`)
      .filter((file) => !file.startsWith(`${folder}/src/testing`))
      .flatMap(importsOf)
      .filter(({ specifier }) => ours(specifier) && specifier.endsWith('/testing'))
      .map(({ place, specifier }) => `${place} imports ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('its tests import no sibling but the server', () => {
    const allowed = [...HOSTS_OF_TESTS.slice(folder === 'packages/core' ? 2 : 0), manifest.name];
    const wrong = filesBelow(`${folder}/test`)
      .flatMap(importsOf)
      .filter(({ specifier }) => ours(specifier) && !allowed.includes(packageOf(specifier)))
      .map(({ place, specifier }) => `${place} imports ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test('its main entry loads without the optional peers', () => {
    const optional = Object.entries(manifest.peerDependenciesMeta ?? {}).flatMap(([name, meta]) =>
      meta.optional ? [name] : [],
    );
    const wrong = [...loadedFiles(`${folder}/src/index.ts`)]
      .flatMap(importsOf)
      .filter(
        ({ specifier, typeOnly, atLoad }) => !typeOnly && atLoad && optional.includes(packageOf(specifier)),
      )
      .map(({ place, specifier }) => `${place} loads the optional ${specifier}: move it to a subpath`);
    expect(wrong).toEqual([]);
  });
});

test('core has no third-party dependency', () => {
  const core = everyPackage.find(({ manifest }) => manifest.name === CORE)?.manifest;
  const { dependencies, peerDependencies, optionalDependencies } = core ?? {};
  expect({ ...dependencies, ...peerDependencies, ...optionalDependencies }).toEqual({});
});

test.each([...packages, ...privateProjects])('%s imports others through their entries', ({ folder }) => {
  const entries = new Set<string>(['@spark-perf/test-services']);
  for (const { manifest } of everyPackage) {
    for (const key of Object.keys(manifest.exports ?? {})) entries.add(path.posix.join(manifest.name, key));
  }
  const files = ['src', 'test'].flatMap((part) => filesBelow(`${folder}/${part}`));
  const wrong = files.flatMap((file) =>
    importsOf(file).flatMap(({ specifier, place }) => {
      if (ours(specifier) && !entries.has(specifier))
        return [`${place} imports ${specifier}, which is no entry`];
      if (!specifier.startsWith('.')) return [];
      const target = path.posix.join(path.posix.dirname(file), specifier);
      const inside = target === folder || target.startsWith(`${folder}/`) || !target.includes('/');
      return inside ? [] : [`${place} reaches into ${target}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('every entry of a package has a source file', () => {
  const missing = packages.flatMap(({ folder, manifest }) =>
    Object.keys(manifest.exports ?? {}).flatMap((key) => {
      const name = key === '.' ? 'index' : key.slice(2);
      const files = [`${folder}/src/${name}.ts`, `${folder}/src/${name}/index.ts`];
      const there = key === './package.json' || files.some((file) => readText(file) !== undefined);
      return there ? [] : [`${manifest.name} offers "${key}", but there is neither ${files.join(' nor ')}`];
    }),
  );
  expect(missing).toEqual([]);
});
