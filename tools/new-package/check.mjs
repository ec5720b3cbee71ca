// Makes a package from the template in a scratch folder that looks like the repository, and proves that it passes every
// check. Needs core, server and test-services built. Prints one line for each test.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../consumers/execute.mjs';
import { pack } from '../consumers/pack.mjs';
import { tarballFaults } from '../consumers/tarball-faults.mjs';
import { countedTests } from '../setup/counted-tests.mjs';
import { scratchFolder } from '../setup/scratch-folder.mjs';
import { root } from '../setup/root.mjs';
import { linkPackage, makeScratchRepository } from './scratch-repository.mjs';

const NAME = 'made-for-a-test';
const scratch = scratchFolder('new-package');
const { test, none, finish } = countedTests();
const make = (name) => execute(root, process.execPath, ['tools/new-package/new-package.mjs', name, scratch]);
const refuses = async (name, why) => {
  const error = await make(name).then(
    () => new Error(`${name} was not refused`),
    (refusal) => refusal,
  );
  if (!error.message.includes(why)) throw error;
};
const home = path.join(scratch, 'packages', NAME);
const bin = (program, ...args) => execute(home, path.join(root, 'node_modules/.bin', program), args);

makeScratchRepository(scratch);
await test('makes a package', async () => {
  await make(NAME);
  linkPackage(scratch, NAME);
});
await test('the checks of the documents can import it', () => {
  const { devDependencies } = JSON.parse(
    readFileSync(path.join(scratch, 'tools/check-readmes/package.json'), 'utf8'),
  );
  none(devDependencies[`@spark-perf/${NAME}`] === 'workspace:*' ? [] : ['it is not in their manifest']);
});
await test('refuses a name that is taken', () => refuses(NAME, 'exists already'));
for (const name of ['Big', '../out', '1st', 'a--b', '-a', '']) {
  await test(`refuses the name "${name}"`, () => refuses(name, 'usage:'));
}
await test('its types are right', () => bin('tsc', '-p', 'tsconfig.json'));
await test('it builds', () => execute(home, process.execPath, ['../../tools/build-package/build.mjs']));
await test('its tests pass', () => bin('jest', '--ci', '--maxWorkers=1'));
await test('the linter has no objection', () => bin('eslint', '.'));
await test('nothing in it is unused', () =>
  execute(scratch, path.join(root, 'node_modules/.bin/knip'), ['--workspace', `packages/${NAME}`]));
await test('prettier has none', () =>
  execute(scratch, path.join(root, 'node_modules/.bin/prettier'), [
    '--check',
    `packages/${NAME}`,
    '.changeset',
  ]));
await test('publint and attw have none', () =>
  execute(home, process.execPath, ['../../tools/check-package/check.mjs']));
await test('its tarball holds what it should', async () =>
  none(await tarballFaults(await pack({ folder: home }, scratch))));
await test('it keeps the rules of the house', () =>
  execute(scratch, process.execPath, [
    path.join(root, 'node_modules/jest/bin/jest.js'),
    ...['-c', 'tools/house-rules/jest.config.cjs', '--ci', '--maxWorkers=1', '-t', `packages/${NAME}`],
  ]));
await test('its example does what it says', () =>
  execute(scratch, process.execPath, ['tools/check-readmes/check.mjs']));
finish();
