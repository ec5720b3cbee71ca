// Runs the type tests (`test/**/*.test-d.ts`) of every package with tsd, against the built declarations. One test for
// each package that has some.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { publicPackages } from '../consumers/public-packages.mjs';
import { root } from '../setup/root.mjs';

const tsd = path.join(root, 'node_modules/.bin/tsd');

function typeTestsOf({ folder }) {
  const tests = path.join(folder, 'test');
  if (!existsSync(tests)) return [];
  return readdirSync(tests, { recursive: true }).filter((file) => file.endsWith('.test-d.ts'));
}

let failed = 0;
for (const one of publicPackages()) {
  const files = typeTestsOf(one);
  if (files.length === 0) continue;
  const name = `${one.name} has the types it says (${files.length} files)`;
  const args = ['--typings', 'dist/esm/index.d.ts', ...files.flatMap((file) => ['--files', `test/${file}`])];
  try {
    await execute(one.folder, tsd, args);
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    console.log(`  ${error.message.replaceAll('\n', '\n  ')}\nnot ok - ${name}`);
  }
}
process.exit(failed > 0 ? 1 : 0);
