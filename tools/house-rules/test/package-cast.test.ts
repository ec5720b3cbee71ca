import { describe, expect, test } from '@jest/globals';
import { filesBelow } from '../src/files-below.js';
import { packages, readText } from '../src/workspace.js';

const TEMPLATE = 'tools/new-package/template';
const HEADINGS = ['Install', 'Example', 'Options', 'Events', 'Errors', 'Semantics and limits', 'FAQ'];

describe.each(packages)('%s', ({ folder, manifest }) => {
  const short = folder.slice('packages/'.length);

  test('its manifest is that of a published package', () => {
    expect(manifest).toMatchObject({
      name: `@spark-perf/${short}`,
      license: 'MIT',
      type: 'module',
      engines: { node: '>=20.19' },
      main: './dist/cjs/index.js',
      types: './dist/cjs/index.d.ts',
      files: expect.arrayContaining(['dist', 'src', 'CHANGELOG.md']),
      publishConfig: { access: 'public' },
      repository: { type: 'git', directory: folder },
      scripts: {
        build: expect.stringContaining('build-package/build.mjs'),
        typecheck: 'tsc -p tsconfig.json',
        lint: 'eslint .',
        test: 'jest',
        'check:package': expect.stringContaining('check-package/check.mjs'),
      },
    });
    expect(manifest.private).toBeUndefined();
    // A bundler may drop what is not used, but for `register`, which is loaded for what it does.
    const loadedForEffect = Object.keys(manifest.exports ?? {}).includes('./register');
    const effects = ['./dist/esm/register.js', './dist/cjs/register.js'];
    expect(manifest.sideEffects).toEqual(loadedForEffect ? effects : false);
    expect(manifest.description).toMatch(/^\S.{20,}\.$/);
    expect(manifest.keywords?.length).toBeGreaterThan(2);
  });

  test('each entry gives ESM and CJS, types first', () => {
    const { '.': main, './package.json': own, ...subpaths } = manifest.exports ?? {};
    expect(own).toBe('./package.json');
    for (const [key, entry] of Object.entries({ '.': main, ...subpaths })) {
      const branches = entry as Record<string, Record<string, string>>;
      expect({ key, conditions: Object.keys(branches) }).toEqual({ key, conditions: ['import', 'require'] });
      for (const [condition, format] of [
        ['import', 'esm'],
        ['require', 'cjs'],
      ] as const) {
        const branch = branches[condition] ?? {};
        expect({ key, order: Object.keys(branch) }).toEqual({ key, order: ['types', 'default'] });
        expect(branch.default).toMatch(new RegExp(`^\\./dist/${format}/.*\\.js$`));
        expect(branch.types).toBe(branch.default?.replace(/\.js$/, '.d.ts'));
      }
    }
  });

  test('has the licence and the settings that all have', () => {
    expect(readText(`${folder}/LICENSE`)).toBe(readText('LICENSE'));
    for (const file of ['jest.config.cjs', 'tsconfig.cjs.json']) {
      expect({ file, text: readText(`${folder}/${file}`) }).toEqual({
        file,
        text: readText(`${TEMPLATE}/${file}`),
      });
    }
    for (const file of ['tsconfig.json', 'tsconfig.build.json']) {
      expect(readText(`${folder}/${file}`)).toContain('"extends": "../../tsconfig.base.json"');
    }
  });

  test('README: title, three lines on what and when, and the headings in order', () => {
    const text = readText(`${folder}/README.md`) ?? '';
    const outside = text.replace(/^```[\s\S]*?^```/gm, '');
    expect(outside.match(/^# .*$/gm)).toEqual([`# ${manifest.name}`]);
    const headings = (outside.match(/^## .*$/gm) ?? []).map((line) => line.slice(3).trim());
    expect(headings.filter((heading) => HEADINGS.includes(heading))).toEqual(HEADINGS);
    const intro = outside.slice(outside.indexOf('\n'), outside.indexOf('\n## ')).trim();
    expect(intro.length).toBeGreaterThan(100);
    expect(text).not.toMatch(/What it is and when to use it, in three lines|None yet\./);
    expect(text).toContain(`npm install ${manifest.name}`);
  });

  test('README: every entry is mentioned', () => {
    const text = readText(`${folder}/README.md`) ?? '';
    const subpaths = Object.keys(manifest.exports ?? {}).filter(
      (key) => key !== '.' && key !== './package.json',
    );
    expect(
      subpaths.map((key) => manifest.name + key.slice(1)).filter((entry) => !text.includes(entry)),
    ).toEqual([]);
  });

  test('its next release is described for users', () => {
    const changesets = filesBelow('.changeset', '.md').filter((file) => !file.endsWith('README.md'));
    const described = changesets.some((file) =>
      new RegExp(`^['"]${manifest.name}['"]:`, 'm').test(readText(file) ?? ''),
    );
    expect(described || readText(`${folder}/CHANGELOG.md`) !== undefined).toBe(true);
  });

  test('has tests', () => {
    expect(filesBelow(`${folder}/test`, '.test.ts').length).toBeGreaterThan(0);
  });
});
