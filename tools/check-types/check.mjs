// Runs the type tests (`test/**/*.test-d.ts`) of every package with tsd, against the built declarations. One test for
// each package that has some.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { publicPackages } from '../consumers/public-packages.mjs';
import { countedTests } from '../setup/counted-tests.mjs';
import { root } from '../setup/root.mjs';

const tsd = path.join(root, 'node_modules/.bin/tsd');

function typeTestsOf({ folder }) {
  const tests = path.join(folder, 'test');
  if (!existsSync(tests)) return [];
  return readdirSync(tests, { recursive: true }).filter((file) => file.endsWith('.test-d.ts'));
}

const { test, finish } = countedTests();
for (const one of publicPackages()) {
  const files = typeTestsOf(one);
  const args = ['--typings', 'dist/esm/index.d.ts', ...files.flatMap((file) => ['--files', `test/${file}`])];
  const name = `${one.name} has the types it says (${files.length} files)`;
  if (files.length > 0) await test(name, () => execute(one.folder, tsd, args));
}
finish();
