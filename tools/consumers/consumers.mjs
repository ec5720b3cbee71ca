import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../setup/root.mjs';
import { execute } from './execute.mjs';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const jest = path.join(root, 'node_modules/jest/bin/jest.js');

/** Copies what the consumers run into a project. */
export function placeFixtures(project) {
  for (const file of ['entries.mjs', 'entries.cjs', 'same.mjs', 'use.mjs', 'use.cjs', 'use.test.cjs']) {
    copyFileSync(path.join(fixtures, file), path.join(project, file));
  }
}

/** Loads entries with `import`, and tells the names each of them exports. */
export async function loadAsEsm(project, entries, node = process.execPath) {
  return JSON.parse(await execute(project, node, ['entries.mjs', ...entries]));
}

/** Loads entries with `require`, and tells the names each of them exports. */
export async function loadAsCjs(project, entries, node = process.execPath) {
  return JSON.parse(await execute(project, node, ['entries.cjs', ...entries]));
}

/** Use the packages on a Node of choice, from ESM, CJS and Jest, and an ESM copy beside a CJS copy. */
export const uses = {
  ESM: (project, node = process.execPath) => execute(project, node, ['use.mjs']),
  CJS: (project, node = process.execPath) => execute(project, node, ['use.cjs']),
  'ESM beside CJS': (project, node = process.execPath) => execute(project, node, ['same.mjs']),
  'Jest, CJS': (project, node = process.execPath) =>
    execute(project, node, [
      ...[
        jest,
        '--ci',
        '--config',
        JSON.stringify({ rootDir: '.', transform: {}, testMatch: ['**/use.test.cjs'] }),
      ],
    ]),
};

/** Compiles a use of each entry in a TypeScript project, ESM or CJS, and runs the result. */
export async function compileAndRun(project, entries, type) {
  const folder = path.join(project, `typescript-${type}`);
  mkdirSync(folder);
  const compilerOptions = {
    ...{
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
    },
    ...{
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      esModuleInterop: true,
    },
    ...{ types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')], outDir: 'out', rootDir: '.' },
    skipLibCheck: false,
  };
  const write = (name, text) => writeFileSync(path.join(folder, name), `${text}\n`);
  write('package.json', JSON.stringify({ private: true, type: type === 'esm' ? 'module' : 'commonjs' }));
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  const lines = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const list = entries.map((entry, index) => `  ['${entry}', Object.keys(entry${index}).length],`);
  const check = `for (const [entry, names] of entries) if (names === 0) throw new Error(\`\${entry} is empty\`);`;
  write('main.ts', [...lines, 'const entries: [string, number][] = [', ...list, '];', check].join('\n'));
  await compile(folder);
  await execute(folder, process.execPath, ['out/main.js']);
}

/** Faults in the types of others are not ours. */
async function compile(folder) {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  try {
    await execute(folder, process.execPath, [tsc, '-p', '.', '--pretty', 'false']);
  } catch (error) {
    const ours = error.message
      .split('\n')
      .filter((line) => /^(main\.ts|.*@spark-perf\/|error TS)/.test(line));
    if (ours.length > 0 || !/error TS/.test(error.message))
      throw ours.length > 0 ? new Error(ours.join('\n')) : error;
  }
}
